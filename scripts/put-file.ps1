# placeholder put-file
