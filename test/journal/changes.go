package journal

import (
	"regexp"
	"slices"
	"strings"
)

// Changes returns the events that changed something, or tried to, outside farmhand's own folder (stage) and
// its own tasks (fh-…). What is not known to be a reading counts as a change. Known readings are:
//
//   - commands that look (dir, type, reg query, sc query, schtasks /query, net localgroup NAME, chcp, winrm get…);
//   - a command that does not exist (exit code 9009), such as powershell.exe where there is none;
//   - stsadm's localupgradestatus and the operations that list something;
//   - every script but the three that write a file or a task, and those inside the stage folder;
//   - SQL that is one SELECT, or looks at a file or a drive (xp_fileexist, xp_fixeddrives, xp_dirtree).
//
// Service states and start modes, boots, packages and psconfig are changes whoever made them.
func Changes(events []Event, stage string) []Event {
	return slices.DeleteFunc(slices.Clone(events), func(e Event) bool { return !e.changes(stage) })
}

// exitNotFound is cmd.exe's exit code for a program it cannot find.
const exitNotFound = 9009

var (
	readings = regexp.MustCompile(`(?i)^(dir|type|ver|hostname|whoami|systeminfo|tasklist|reg query|chcp$|winrm get|sc (query|queryex|qc)|schtasks /query|net (start|localgroup +("[^"]+"|[^/" ]+))$)( |$)`)
	// stsadmReadings are stsadm's operations that look.
	stsadmReadings = regexp.MustCompile(`(?i)-o +(localupgradestatus|enum\w+|get\w+|preupgradecheck)\b`)
	// ownTask is what is done to one of farmhand's own scheduled tasks.
	ownTask = regexp.MustCompile(`(?i)^schtasks /(create|run|end|delete) /tn "?fh-`)
	// folderCommands are farmhand's own affair inside its own folder.
	folderCommands = regexp.MustCompile(`(?i)^(md|rd|rd /s /q|del|del /q|icacls|cacls|echo [^>]*) *>? *"?([a-z]:\\[^"]*)`)
	// sqlReadings are single statements that look.
	sqlReadings = regexp.MustCompile(`(?is)^\s*(SELECT\b[^;]*|EXEC\s+(master\.dbo\.)?xp_(fileexist|fixeddrives|dirtree)\b[^;]*);?\s*$`)
	selectInto  = regexp.MustCompile(`(?i)\bINTO\b`)
	scriptPath  = regexp.MustCompile(`(?i)-(Path|Command) "([^"]+)"`)
)

// writingScripts leave something behind; the others read.
var writingScripts = []string{"put-file.ps1", "lease.ps1", "register-task.ps1"}

func (e Event) changes(stage string) bool {
	switch e.Protocol + " " + e.Event {
	case "job started":
		return e.Program() != Stsadm || !stsadmReadings.MatchString(e.Text)
	case "winrm command":
		if e.Exit != nil && *e.Exit == exitNotFound && !strings.Contains(e.Text, "&") {
			return false
		}
		line := strings.TrimPrefix(e.Text, "cmd /c ")
		return slices.ContainsFunc(strings.Split(line, "&&"), func(one string) bool { return commandChanges(strings.TrimSpace(one), stage) })
	case "winrm script":
		name, arguments, _ := strings.Cut(e.Text, " ")
		path := scriptPath.FindStringSubmatch(arguments)
		return slices.Contains(writingScripts, name) && (path == nil || !within(path[2], stage))
	case "tds batch", "tds rpc":
		return !sqlReadings.MatchString(e.Text) || selectInto.MatchString(e.Text)
	case "system service-started", "system service-stopped", "system service-start-mode", "system boot", "system shutdown":
		return true
	case "job exited", "system user-turned-away", "system held", "system released", "system damage",
		"winrm create-shell", "winrm delete-shell", "winrm auth-failed", "winrm fault", "tds login", "tds auth-failed":
		return false // ends of what began, what users met, what the twin says, and the ways in and out
	default:
		return true
	}
}

// commandChanges reports whether one command of cmd.exe changes anything outside the stage folder.
func commandChanges(command, stage string) bool {
	if ownTask.MatchString(command) {
		return false
	}
	if own := folderCommands.FindStringSubmatch(command); own != nil {
		return !within(own[2], stage)
	}
	return !readings.MatchString(command) || strings.Contains(command, ">")
}

// within reports whether a path is a folder or lies in it.
func within(path, folder string) bool {
	path, folder = strings.ToLower(path), strings.ToLower(strings.TrimRight(folder, `\`))
	return !strings.Contains(path, `..`) && (path == folder || strings.HasPrefix(path, folder+`\`))
}
