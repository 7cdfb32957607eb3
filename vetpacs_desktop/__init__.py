"""VetPACS Desktop: the imaging workstation of one veterinary clinic."""

__version__ = "0.1.0"
