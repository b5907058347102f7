# placeholder job-state
