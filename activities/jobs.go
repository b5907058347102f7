package activities

import (
	"context"
	"fmt"
	"maps"
	"strconv"
	"strings"
	"time"
	"unicode/utf8"

	"farmhand/internal/farm"
	"farmhand/internal/winhost"
	"farmhand/scripts"
)

// JobRef names a detached job that was started, and the boot it was started in.
type JobRef struct {
	ServerTarget
	// Job is the id: the first run's id, step and try, so that an old folder is never taken for a new run.
	Job string `json:"job"`
	// Boot is when the server had booted when the job was started, also where the job is found long after.
	Boot time.Time `json:"boot"`
	// Read is when Boot was read, by the worker's clock; zero for a job of an earlier version.
	Read time.Time `json:"read,omitzero"`
	// Ran is the command line, for people.
	Ran string `json:"ran"`
	// Log is the file that a package writes its log into; empty for other jobs.
	Log string `json:"log,omitempty"`
}

// JobEnd is how a detached job ended.
type JobEnd struct {
	// Gone is set when the process is no more and left no exit code.
	Gone bool `json:"gone"`
	Exit int  `json:"exit"`
	// Rebooted is set when the server has booted since the job was started.
	Rebooted bool      `json:"rebooted"`
	Boot     time.Time `json:"boot"`
	// Tail is the end of what the job printed.
	Tail []string `json:"tail,omitempty"`
	// Log is what a package wrote into its log.
	Log farm.PackageLog `json:"log,omitzero"`
	// Read is the part of that log that was read; nil where there is none.
	Read *farm.LogRead `json:"read,omitempty"`
}

// startWait is how long a task may take to begin before it is called not started (a detached job: a wrong
// password can still create the task).
const startWait = 60 * time.Second

// tailLines and maxTailLine (bytes) bound what of a job's output enters a history.
const (
	tailLines   = 20
	maxTailLine = 400
)

// bootFile lies beside a job's command and holds when the server had booted before the job was started.
// Whoever finds the job later, a worker after a kill for one, can tell by it that the server went down.
// Behind it is when that was read, by the worker's clock.
const bootFile = "boot.txt"

// jobFolder is where a job's files lie on a server (package winhost makes it).
func jobFolder(s farm.Server, job string) string {
	return strings.TrimRight(s.Stage, `\`) + `\jobs\` + job
}

// start begins a detached job, or finds it begun. It proves that the job started.
func (a *Activities) start(ctx context.Context, t ServerTarget, step farm.StepKind, job, command string, files map[string][]byte) (JobRef, error) {
	h, err := a.host(t)
	if err != nil {
		return JobRef{}, err
	}
	ref, _, err := a.startOn(ctx, h, t, step, job, command, files)
	return ref, err
}

// startOn is start. launched is how far the job had come when it was started now, nil where it was found begun.
func (a *Activities) startOn(ctx context.Context, h *winhost.Host, t ServerTarget, step farm.StepKind, job, command string, files map[string][]byte) (ref JobRef, launched *winhost.JobState, err error) {
	password, err := a.opts.Secrets.Resolve(t.RunAs.Password)
	if err != nil {
		return JobRef{}, nil, configFailure(t.Server.Name, err)
	}
	say, stop := keepBeating(ctx, "starting "+job)
	defer stop()
	state, err := h.InspectJob(ctx, job)
	if err != nil {
		return JobRef{}, nil, fail(t.Server.Name, step, err)
	}
	ref = JobRef{ServerTarget: t, Job: job, Ran: command}
	if state.State != winhost.JobAbsent && state.State != winhost.JobPrepared { // it has begun, and may be gone again
		ref.Boot, ref.Read, err = bootOfJob(ctx, h, t.Server, job, state.Boot)
		return ref, nil, fail(t.Server.Name, step, err)
	}
	ref.Boot, ref.Read = state.Boot, now().Truncate(time.Second) // as the note beside the job has it
	spec := winhost.JobSpec{ID: job, Command: command, Files: map[string][]byte{bootFile: bootNote(ref)}, RunAs: t.RunAs.User, RunAsPassword: password}
	maps.Copy(spec.Files, files)
	if state, err = h.LaunchJob(ctx, spec); err != nil {
		return JobRef{}, nil, fail(t.Server.Name, step, err)
	}
	deadline := time.Now().Add(startWait)
	for state.State == winhost.JobPrepared || state.State == winhost.JobAbsent {
		if time.Now().After(deadline) {
			return JobRef{}, nil, failf(farm.FailureJobStart, t.Server.Name, step,
				fmt.Sprintf("the task %s was registered for %s and did not start within %s", job, t.RunAs.User, startWait),
				"check the account's password and its right to log on as a batch job; no retry was made, to spare the account a lockout")
		}
		say("waiting for the task to start")
		if err := sleep(ctx, time.Second); err != nil {
			return JobRef{}, nil, fail(t.Server.Name, step, err)
		}
		if state, err = h.InspectJob(ctx, job); err != nil {
			return JobRef{}, nil, fail(t.Server.Name, step, err)
		}
	}
	return ref, &state, nil
}

// bootNote is what the note beside a job says.
func bootNote(ref JobRef) []byte {
	return []byte(ref.Boot.Format(time.RFC3339) + "\r\n" + ref.Read.Format(time.RFC3339) + "\r\n")
}

// bootOfJob is the boot that a job was started in, and when that was read. A job without the note counts as started in
// the boot that the server is in now.
func bootOfJob(ctx context.Context, h *winhost.Host, s farm.Server, job string, now time.Time) (boot, read time.Time, err error) {
	note, err := readLog(ctx, h, "Path", jobFolder(s, job)+`\`+bootFile, "Offset", "0", "MaxBytes", "100")
	if err != nil {
		return time.Time{}, time.Time{}, err
	}
	lines := append(note.lines, "", "")
	if boot, err = time.Parse(time.RFC3339, strings.TrimSpace(lines[0])); err == nil {
		read, _ = time.Parse(time.RFC3339, strings.TrimSpace(lines[1])) // an earlier version noted none
		return boot, read, nil
	}
	return now, time.Now().UTC().Truncate(time.Second), nil
}

// AwaitJob waits for the end of a detached job. It heartbeats, loses nothing when it is run again, and
// may be retried without limit on transport errors: that the job runs once is enforced on the server.
func (a *Activities) AwaitJob(ctx context.Context, ref JobRef) (JobEnd, error) {
	h, err := a.host(ref.ServerTarget)
	if err != nil {
		return JobEnd{}, err
	}
	end, _, err := awaitOn(ctx, h, ref, nil, 64<<10)
	return end, err
}

// awaitOn is AwaitJob, with the end of what the job printed, at most maxOutput bytes of it. launched is startOn's.
func awaitOn(ctx context.Context, h *winhost.Host, ref JobRef, launched *winhost.JobState, maxOutput int) (end JobEnd, output string, err error) {
	say, stop := keepBeating(ctx, "waiting for "+ref.Job)
	defer stop()
	waiting, release := untilWorkerStops(ctx)
	defer release()
	began, beat := winhost.Booted{At: ref.Boot, Read: ref.Read}, func(elapsed time.Duration) {
		say(fmt.Sprintf("runs for %s", elapsed.Round(time.Second)))
	}
	var state winhost.JobState
	if launched != nil {
		state, err = h.FollowJob(waiting, ref.Job, began, *launched, beat)
	} else {
		state, err = h.WaitJob(waiting, ref.Job, began, beat)
	}
	if err != nil {
		return JobEnd{}, "", fail(ref.Server.Name, "", err)
	}
	end = JobEnd{Gone: state.State != winhost.JobExited, Exit: state.Exit, Boot: state.Boot, Rebooted: state.Restarted}
	var logs []scripts.Call
	if ref.Log != "" {
		logs = append(logs, logCall("Path", ref.Log, "Offset", strconv.Itoa(-packageLogPart), "MaxBytes", strconv.Itoa(packageLogPart)))
	}
	output, said, err := h.JobOutput(ctx, ref.Job, maxOutput, logs...)
	if err != nil {
		return JobEnd{}, "", fail(ref.Server.Name, "", err)
	}
	end.Tail = tail(output, tailLines)
	if ref.Log != "" {
		log := logTextOf(said[0])
		end.Log, end.Read = farm.ParsePackageLog(log.lines), log.read()
	}
	return end, output, nil
}

// runJob runs a detached job to its end and returns what it printed, at most maxOutput bytes. Job and folder stay, for
// whoever runs the activity again.
func (a *Activities) runJob(ctx context.Context, h *winhost.Host, t ServerTarget, step farm.StepKind, job, command string, files map[string][]byte, maxOutput int) (JobEnd, string, error) {
	ref, launched, err := a.startOn(ctx, h, t, step, job, command, files)
	if err != nil {
		return JobEnd{}, "", err
	}
	return awaitOn(ctx, h, ref, launched, maxOutput)
}

// runScript runs a script as a detached job under the setup account, waits for it, reads its answer and
// removes it. Running it again finds the same job.
func (a *Activities) runScript(ctx context.Context, t ServerTarget, step farm.StepKind, job string, s scripts.Script, args ...string) ([]scripts.Record, error) {
	var command strings.Builder
	command.WriteString(`powershell.exe -NoProfile -NonInteractive -ExecutionPolicy Bypass -File "` + jobFolder(t.Server, job) + `\` + s.Name + `"`)
	for i := 0; i+1 < len(args); i += 2 {
		value := `""`
		if args[i+1] != "" {
			words, err := quotedAll(t.Server.Name, step, args[i+1])
			if err != nil {
				return nil, err
			}
			value = words[0]
		}
		fmt.Fprintf(&command, " -%s %s", args[i], value)
	}
	h, err := a.host(t)
	if err != nil {
		return nil, err
	}
	_, stop := keepBeating(ctx, "running "+s.Name)
	defer stop()
	end, output, err := a.runJob(ctx, h, t, step, job, command.String(), map[string][]byte{s.Name: []byte(s.Text)}, 4<<20)
	if err != nil {
		return nil, err
	}
	if end.Gone {
		return nil, failf(farm.FailureJobGone, t.Server.Name, step, s.Name+" ended without an exit code", "check that the server did not reboot, then check again")
	}
	records, err := scripts.ParseFile(output)
	if err != nil {
		return nil, Fail(farm.Failure{Kind: farm.FailureConfig, Step: step, Server: t.Server.Name, Exit: &end.Exit, Ran: command.String(), Message: s.Name + ": " + err.Error(), Advice: "run the script by hand under the setup account", Log: end.Tail})
	}
	if err := h.DeleteEndedJob(ctx, job); err != nil {
		return nil, fail(t.Server.Name, step, err)
	}
	return records, nil
}

func sleep(ctx context.Context, d time.Duration) error {
	t := time.NewTimer(d)
	defer t.Stop()
	select {
	case <-t.C:
		return nil
	case <-ctx.Done():
		return ctx.Err()
	}
}

// tail returns the last n lines that say something.
func tail(s string, n int) []string {
	lines := strings.FieldsFunc(s, func(r rune) bool { return r == '\n' || r == '\r' })
	out := make([]string, 0, n)
	for _, l := range lines {
		if l = strings.TrimSpace(l); l != "" {
			out = append(out, cut(l, maxTailLine))
		}
	}
	return out[max(0, len(out)-n):]
}

// cut shortens a line to at most n bytes, between two characters where it is UTF-8.
func cut(l string, n int) string {
	if len(l) <= n {
		return l
	}
	for at := n; at > max(0, n-utf8.UTFMax); at-- {
		if utf8.RuneStart(l[at]) {
			return strings.TrimSpace(l[:at])
		}
	}
	return strings.TrimSpace(l[:n])
}
