# placeholder services
