# placeholder read-log
