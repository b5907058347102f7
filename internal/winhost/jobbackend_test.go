package winhost

import (
	"encoding/base64"
	"fmt"
	"strings"
	"testing"
	"time"

	"farmhand/internal/secrets"
	"farmhand/scripts"
	"farmhand/simulator/wsman"
)

const (
	jobID     = "run1.app01.KB951695.1"
	jobDir    = `D:\farmhand\jobs\` + jobID
	runAs     = `CONTOSO\sp-farm`
	runAsPass = "run-as-secret"
)

func jobSpec() JobSpec {
	return JobSpec{
		ID: jobID, Command: `"C:\Updates\wss.exe" /quiet /norestart`, Files: map[string][]byte{"probe.ps1": []byte("text")},
		RunAs: runAs, RunAsPassword: secrets.New(runAsPass),
	}
}

// jobTwin is a server with one job folder and its task.
type jobTwin struct {
	*twin
	files     map[string]string // by lower-case name; nil without the folder
	task      bool
	starts    int
	processes int
	boot      time.Time
	refuse    string // hresult of a refused registration
	polls     func() // before each dir
}

func newJobTwin(t *testing.T, os string, change ...func(*Options)) *jobTwin {
	j := &jobTwin{twin: newTwin(t, wsman.Options{OS: os}, change...), boot: firstBoot}
	j.command, j.machine.scripts = j.line, j.script
	return j
}

func (j *jobTwin) line(line, stdin string) (int, string, string) {
	if first, second, both := strings.Cut(line, " && "); both && strings.HasPrefix(first, "md ") {
		if exit, stdout, stderr := j.line(first, ""); exit != 0 {
			return exit, stdout, stderr
		}
		line = second
	}
	switch {
	case line == `md "`+jobDir+`"`:
		if j.files != nil {
			return 1, "", "A subdirectory or file already exists."
		}
		j.files = map[string]string{}
	case strings.HasPrefix(line, "icacls"), strings.HasPrefix(line, "cacls") && stdin == "Y\r\n":
	case line == `schtasks /run /tn "`+jobID+`"`:
		if !j.task {
			return 1, "", "ERROR: The system cannot find the file specified."
		}
		if _, started := j.files[fileStarted]; !started && j.files[fileRun] != "" {
			j.files[fileStarted] = ""
			j.starts++
			j.processes = 2
		}
	case strings.HasPrefix(line, "schtasks /create") && stdin == runAsPass+"\r\n":
		j.task = true
	case line == `schtasks /delete /tn "`+jobID+`" /f`, line == `schtasks /query /tn "`+jobID+`"`:
		if !j.task {
			return 1, "", "ERROR: The system cannot find the file specified."
		}
		j.task = !strings.Contains(line, "/delete")
	case line == `cmd /c dir /b "`+jobDir+`" && type "`+jobDir+`\exit.txt"`:
		if j.polls != nil {
			j.polls()
		}
		return j.dir()
	case line == `rd /s /q "`+jobDir+`"`:
		j.files = nil
	default:
		return 9009, "", "unexpected: " + line
	}
	return 0, "", ""
}

func (j *jobTwin) dir() (int, string, string) {
	var b strings.Builder
	for name := range j.files {
		b.WriteString(name + "\r\n")
	}
	if exit, ok := j.files[fileExit]; ok {
		b.WriteString(exit + "\r\n")
		return 0, b.String(), ""
	}
	return 1, b.String(), "The system cannot find the file specified."
}

func (j *jobTwin) script(s scripts.Script, args map[string]string, stdin string) (string, int) {
	const layout = "2006-01-02T15:04:05Z"
	switch s.Name {
	case scripts.PutFile.Name:
		content, _ := base64.StdEncoding.DecodeString(strings.ReplaceAll(stdin, "\r\n", ""))
		name, inside := strings.CutPrefix(args["Path"], jobDir+`\`)
		if j.files == nil || !inside {
			return "error\ttext=Could not find a part of the path.\r\n", 1
		}
		j.files[strings.ToLower(name)] = string(content)
		return fmt.Sprintf("file\tpath=x\tsize=%d\tsha256=%s\r\n", len(content), scripts.Hash(string(content))), 0
	case scripts.RegisterTask.Name:
		decoded, _ := base64.StdEncoding.DecodeString(strings.TrimSpace(stdin))
		stdin = string(decoded)
		if j.refuse != "" {
			return "refused\thresult=" + j.refuse + "\ttext=wrong " + strings.TrimSpace(stdin) + "\r\n", 0
		}
		j.task = args["Name"] == jobID && args["User"] == runAs && args["Command"] == jobDir+`\run.cmd` && stdin == runAsPass
		return fmt.Sprintf("task\tname=x\tregistered=%t\tuser=x\r\n", j.task), 0
	case scripts.JobState.Name:
		_, started := j.files[fileStarted]
		return fmt.Sprintf("job\texists=%t\tstarted=%t\texit=%s\toutput=0\tprocesses=%d\r\nboot\ttime=%s\tnow=%s\r\n", j.files != nil, started,
			j.files[fileExit], j.processes, j.boot.Format(layout), j.boot.Format(layout)), 0
	case scripts.LocalNames.Name:
		return "names\tsystem=SYSTEM\tadministrators=Administrators\tlanguage=1033\r\n", 0
	case scripts.ReadLog.Name:
		return "log\tpath=x\texists=true\tsize=9\toffset=0\tnext=9\r\nline\ttext=a%0009b\r\nline\ttext=" + args["Offset"] + "\r\n", 0
	}
	return "error\ttext=unexpected\r\n", 1
}
