"""emostage: films from YAML scene scripts in which a portrait speaks and feels what the script says."""

__version__ = "0.1.0"
