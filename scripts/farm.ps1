# placeholder farm
