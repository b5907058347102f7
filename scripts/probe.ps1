# placeholder probe
