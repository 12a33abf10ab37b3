"""EmotiveTalk (arXiv 2411.16726) in motion space."""
