"""The project layer: configuration, discovery, files, and the stages of a run. Only this layer opens files."""
