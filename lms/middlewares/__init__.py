"""The layers around every handler; lms/middlewares/pipeline.py puts them into their order."""
