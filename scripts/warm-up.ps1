# placeholder warm-up
