# placeholder register-task
