"""The measures: one module for each subject; a feature brings its own in a folder of its own."""
