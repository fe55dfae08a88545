"""What the build's own tools do."""
