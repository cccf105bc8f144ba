"""The layers around every handler; lms/pipeline.py puts them into their order."""
