"""What all models have in common."""

from pydantic import BaseModel, ConfigDict


class Model(BaseModel):
    """A model whose checks are made when it is first used: there are hundreds, and few are."""

    model_config = ConfigDict(defer_build=True)
