"""Scene sets with exact truth, to measure detection by: cut-outs on backgrounds, in COCO's instances format."""
