"""What the commands do, without a terminal: file in, frozen values out. Import the module you need."""
