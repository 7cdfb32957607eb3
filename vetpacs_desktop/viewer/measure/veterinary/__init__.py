"""Measurements that vets know by name: guided steps, constructions, published references."""
