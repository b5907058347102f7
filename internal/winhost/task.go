package winhost

import (
	"context"
	"encoding/base64"
	"strings"

	"farmhand/scripts"
)

const runAsAdvice = "check the password of the run-as account, that it may log on as a batch job, and that the policy allows passwords of tasks to be stored"

// runTask writes the job's files, sees to it that the task exists and tells it to run.
func (h *Host) runTask(ctx context.Context, folder string, spec JobSpec) error {
	identity, err := h.known(ctx)
	if err != nil {
		return err
	}
	register := h.registerTask
	if identity.Before2008() {
		register = h.createTask2003
	}
	if err := register(ctx, folder, spec); err != nil {
		return err
	}
	r, err := h.run(ctx, "schtasks /run", `schtasks /run /tn "`+spec.ID+`"`, nil)
	if err != nil {
		return err
	}
	if r.Exit != 0 {
		return h.refusedCommand("schtasks /run", r)
	}
	return nil
}

// registerTask writes the files and registers the task in one call. It goes through Schedule.Service. The password travels as standard input, sealed, and is in no command line;
// as base64, so that the shell's code page cannot damage it.
func (h *Host) registerTask(ctx context.Context, folder string, spec JobSpec) error {
	args := []scripts.Arg{
		{Name: "Name", Value: spec.ID},
		{Name: "User", Value: spec.RunAs},
		{Name: "Command", Value: folder + `\` + fileRun},
	}
	records, err := h.putFiles(ctx, jobFiles(folder, spec), scripts.Call{
		Script: scripts.RegisterTask, Args: args, Input: []byte(base64.StdEncoding.EncodeToString([]byte(spec.RunAsPassword.Reveal())) + "\r\n"),
	})
	if err != nil {
		return err
	}
	for _, r := range records {
		if r.Kind == "refused" {
			e := h.fail(scripts.RegisterTask.Name, KindAuth, "the task scheduler refused the account %s: %s %s", spec.RunAs, r.Get("hresult"), r.Get("text"))
			e.Advice = runAsAdvice
			return e
		}
	}
	r, err := h.find(scripts.RegisterTask, records, "task")
	if err == nil && !r.Bool("registered") {
		return h.fail(scripts.RegisterTask.Name, KindBadOutput, "the task %s was not registered", spec.ID)
	}
	return err
}

// createTask2003 is for Server 2003, which has schtasks alone: without /rp it asks for the password, and standard input
// answers. /f does not exist there and an existing task would make it ask, so the task is deleted first. The time is a
// formality: run.cmd does its work once.
func (h *Host) createTask2003(ctx context.Context, folder string, spec JobSpec) error {
	for _, c := range []byte(spec.RunAsPassword.Reveal()) {
		if c < ' ' || c > '~' {
			return h.fail("schtasks /create", KindConfig, "the password of %s holds a character outside ASCII, which the code page of Windows Server 2003 would damage on the way to the task", spec.RunAs)
		}
	}
	if _, err := h.putFiles(ctx, jobFiles(folder, spec)); err != nil {
		return err
	}
	if err := h.deleteTask(ctx, spec.ID); err != nil {
		return err
	}
	program := folder + `\` + fileRun
	if strings.Contains(program, " ") {
		program = `\"` + program + `\"`
	}
	line := `schtasks /create /tn "` + spec.ID + `" /ru "` + spec.RunAs + `" /sc once /st 23:59:00 /tr "cmd /c ` + program + `"`
	r, err := h.run(ctx, "schtasks /create", line, strings.NewReader(spec.RunAsPassword.Reveal()+"\r\n"))
	if err != nil {
		return err
	}
	if r.Exit != 0 {
		return h.refusedCommand("schtasks /create", r)
	}
	if strings.Contains(r.Stdout+r.Stderr, "WARNING:") { // with SUCCESS and exit 0: the account information could not be set
		e := h.fail("schtasks /create", KindAuth, "the task scheduler did not accept the account %s: %s", spec.RunAs, said(r))
		e.Advice = runAsAdvice
		return e
	}
	return nil
}

// deleteTask removes a task. Whether it was there cannot be read from the answer, whose words are translated, so a
// refusal counts only when the task can be found afterwards.
func (h *Host) deleteTask(ctx context.Context, id string) error {
	r, err := h.run(ctx, "schtasks /delete", `schtasks /delete /tn "`+id+`" /f`, nil)
	if err != nil || r.Exit == 0 {
		return err
	}
	q, err := h.run(ctx, "schtasks /query", `schtasks /query /tn "`+id+`"`, nil)
	if err != nil {
		return err
	}
	if q.Exit == 0 {
		return h.refusedCommand("schtasks /delete", r)
	}
	return nil
}
