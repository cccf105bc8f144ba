"""The version of this package, and of the API that it is made for."""

VERSION = "0.1.0"
API_VERSION = "v1"
