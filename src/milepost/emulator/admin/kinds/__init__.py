"""One description per kind of resource."""
