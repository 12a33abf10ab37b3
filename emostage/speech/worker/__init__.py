"""The process that speaks: the only place where eSpeak NG is loaded and Piper imported (`python -m emostage.speech.worker`)."""
