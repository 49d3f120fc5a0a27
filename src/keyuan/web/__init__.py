"""The shell of every page: layout, navigation, components, portals."""
