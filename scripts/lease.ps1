# placeholder lease
