# placeholder processes
