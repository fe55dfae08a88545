"""What the client costs, and what it stands: `./build.sh bench NAME [...]`."""
