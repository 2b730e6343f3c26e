"""mlcroissant validates the metadata. In: the folder. Out: checks, exit status."""

import sys

import mlcroissant

import toy

folder = sys.argv[1]
dataset = mlcroissant.Dataset(f"{folder}/croissant.json")
toy.holds("Croissant, files", len(dataset.metadata.distribution), len(toy.manifest(folder)["files"]) - 2)
toy.holds("Croissant, record sets", {record.name for record in dataset.metadata.record_sets}, {"steps", "episodes"})
