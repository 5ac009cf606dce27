//! What becomes of each resource.
