"""The benchmark that `make bench` runs: the measurements and their page.

The pure part takes frozen measurements and gives text and pictures: `figures`, `jobs`, `tables`, `machines`, `plot` and
`page`. The edge makes projects and runs commands: `timed`, `measuring`, `inputs`, `tools` and `running`.
"""
