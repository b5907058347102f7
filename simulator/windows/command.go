package windows

import "strings"

// shellCommand is one command of the shell: it gets everything behind its name and returns the exit code.
type shellCommand func(s *session, tail string) int

// internalCommand returns a command that cmd.exe itself knows, or nil.
func internalCommand(name string) shellCommand {
	switch strings.ToLower(name) {
	case "echo", "echo.":
		return (*session).echo
	case "ver":
		return (*session).ver
	case "set":
		return (*session).set
	case "cd", "chdir":
		return (*session).cd
	case "exit":
		return (*session).exit
	case "call":
		return (*session).call
	case "start":
		return (*session).startCommand
	case "rem":
		return func(*session, string) int { return 0 }
	case "dir":
		return (*session).dirCommand
	case "type":
		return (*session).typeCommand
	case "md", "mkdir":
		return (*session).md
	case "rd", "rmdir":
		return (*session).rd
	case "del", "erase":
		return (*session).del
	case "copy":
		return (*session).copyCommand
	case "ren", "rename":
		return (*session).ren
	}
	return nil
}

// windowsProgram returns a program that comes with Windows, by its base name without .exe, or nil.
func windowsProgram(name string) shellCommand {
	switch name {
	case "cmd":
		return (*session).cmd
	case "hostname":
		return (*session).hostname
	case "whoami":
		return (*session).whoami
	case "chcp":
		return (*session).chcp
	case "net", "net1":
		return (*session).net
	case "sc":
		return (*session).sc
	case "reg":
		return (*session).reg
	case "schtasks":
		return (*session).schtasks
	case "shutdown":
		return (*session).shutdown
	case "icacls":
		return (*session).icacls
	case "cacls":
		return (*session).cacls
	case "tasklist":
		return (*session).tasklist
	case "taskkill":
		return (*session).taskkill
	case "xcopy":
		return (*session).xcopy
	case "appcmd":
		return (*session).appcmd
	case "cscript":
		return (*session).cscript
	case "wmic":
		return (*session).wmic
	case "winrm":
		return (*session).winrm
	case "powershell":
		return (*session).powershell
	}
	return nil
}
