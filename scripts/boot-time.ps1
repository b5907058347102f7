# placeholder boot-time
