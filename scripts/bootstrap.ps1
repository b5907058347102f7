# placeholder bootstrap
