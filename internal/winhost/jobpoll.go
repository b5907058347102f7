package winhost

import (
	"context"
	"slices"
	"strconv"
	"strings"
	"time"

	"farmhand/scripts"
)

// PollJob asks cheaply how far a job has come, by the files in its folder; the words of schtasks /query are translated
// and are not asked. It reports JobRunning for a job that is gone.
func (h *Host) PollJob(ctx context.Context, id string) (JobState, error) {
	folder, err := h.jobFolder(id)
	if err != nil {
		return JobState{}, err
	}
	const op = "poll job"
	r, err := h.run(ctx, op, `cmd /c dir /b "`+folder+`" && type "`+folder+`\`+fileExit+`"`, nil)
	if err != nil {
		return JobState{}, err
	}
	state, err := parsePoll(r)
	if err != nil {
		return JobState{}, h.annotate(op, err)
	}
	return state, nil
}

// parsePoll reads the list of file names, followed by the exit code where both commands worked.
func parsePoll(r Result) (JobState, error) {
	var names []string
	for line := range strings.SplitSeq(r.Stdout, "\n") {
		if line = strings.TrimSpace(line); line != "" {
			names = append(names, strings.ToLower(line))
		}
	}
	if r.Exit == 0 {
		if len(names) < 2 {
			return JobState{}, newError(KindBadOutput, "the list of the job's files is lost")
		}
		code, err := parseExit(names[len(names)-1])
		if err != nil {
			return JobState{}, err
		}
		return JobState{State: JobExited, Exit: code}, nil
	}
	switch {
	case slices.Contains(names, fileStarted):
		return JobState{State: JobRunning}, nil
	case len(names) > 0:
		return JobState{State: JobPrepared}, nil
	}
	return JobState{State: JobAbsent}, nil
}

// parseExit reads what run.cmd wrote into exit.txt: a signed or unsigned 32-bit number.
func parseExit(text string) (int, error) {
	code, err := strconv.ParseInt(strings.TrimSpace(text), 10, 64)
	if err != nil {
		return 0, newError(KindBadOutput, "exit.txt holds %q and no exit code", text)
	}
	return int(int32(uint32(code))), nil
}

// InspectJob asks with job-state.ps1, which also looks for the job's processes, and so tells JobRunning from JobGone.
func (h *Host) InspectJob(ctx context.Context, id string) (JobState, error) {
	state, _, err := h.inspectJob(ctx, id)
	return state, err
}

// inspectJob is InspectJob with what the server's clock says.
func (h *Host) inspectJob(ctx context.Context, id string) (state JobState, serverNow time.Time, err error) {
	folder, err := h.jobFolder(id)
	if err != nil {
		return JobState{}, time.Time{}, err
	}
	records, err := h.Script(ctx, scripts.JobState, []scripts.Arg{{Name: "Folder", Value: folder}}, nil)
	if err != nil {
		return JobState{}, time.Time{}, err
	}
	if state, serverNow, err = h.jobState(records); err != nil || state.State != JobGone {
		return state, serverNow, err
	}
	// The job may have ended between the script's look at exit.txt and its look at processes.
	again, err := h.PollJob(ctx, id)
	if err != nil {
		return JobState{}, time.Time{}, err
	}
	if again.State == JobExited {
		again.Boot = state.Boot
		return again, serverNow, nil
	}
	return state, serverNow, nil
}

func (h *Host) jobState(records []scripts.Record) (state JobState, serverNow time.Time, err error) {
	boot, err := h.find(scripts.JobState, records, "boot")
	if err != nil {
		return JobState{}, time.Time{}, err
	}
	job, err := h.find(scripts.JobState, records, "job")
	if err != nil {
		return JobState{}, time.Time{}, err
	}
	state.State = JobAbsent
	if state.Boot, serverNow, err = h.bootRecord(scripts.JobState, boot); err != nil || !job.Bool("exists") {
		return state, serverNow, err
	}
	if exit := job.Get("exit"); exit != "" {
		state.State = JobExited
		if state.Exit, err = parseExit(exit); err != nil {
			return JobState{}, time.Time{}, h.annotate(scripts.JobState.Name, err)
		}
		return state, serverNow, nil
	}
	if !job.Bool("started") {
		state.State = JobPrepared
		return state, serverNow, nil
	}
	processes, err := job.Int("processes")
	if err != nil {
		return JobState{}, time.Time{}, h.fail(scripts.JobState.Name, KindBadOutput, "%v", err)
	}
	state.State = JobGone
	if processes > 0 {
		state.State = JobRunning
	}
	return state, serverNow, nil
}

// inspectEvery is how long PollJob's word is taken for a job that seems to run.
const inspectEvery = 30 * time.Second

// WaitJob polls until a job has exited, is gone or is absent, and returns that state with the boot time. began is
// when the server had started when the job began; after a restart a job that left no exit code is gone. beat, which may be nil,
// is called before each poll. A transport error is returned at once: call WaitJob again, it begins with InspectJob. A job
// that does not start within a minute is an error of KindNotStarted.
func (h *Host) WaitJob(ctx context.Context, id string, began Booted, beat func(elapsed time.Duration)) (JobState, error) {
	return h.waitJob(ctx, id, began, JobState{}, time.Time{}, beat)
}

// FollowJob is WaitJob for whoever has just launched the job: it begins with the state that LaunchJob returned.
func (h *Host) FollowJob(ctx context.Context, id string, began Booted, launched JobState, beat func(elapsed time.Duration)) (JobState, error) {
	launched.Boot = began.At
	if launched.State == JobExited {
		return launched, nil
	}
	return h.waitJob(ctx, id, began, launched, time.Now(), beat)
}

// waitJob is WaitJob for a job whose state last was inspected so long ago.
func (h *Host) waitJob(ctx context.Context, id string, began Booted, last JobState, inspected time.Time, beat func(elapsed time.Duration)) (JobState, error) {
	started := time.Now()
	for {
		elapsed := time.Since(started)
		if beat != nil {
			beat(elapsed)
		}
		var state JobState
		var err error
		if time.Since(inspected) >= inspectEvery {
			inspected = time.Now()
			var serverNow time.Time
			state, serverNow, err = h.inspectJob(ctx, id)
			state.Restarted = began.before(state.Boot, serverNow, time.Now())
		} else {
			state, err = h.PollJob(ctx, id)
			state.Boot, state.Restarted = last.Boot, last.Restarted
		}
		if err != nil {
			return JobState{}, err
		}
		last = state
		switch {
		case state.State == JobExited || state.State == JobGone || state.State == JobAbsent:
			return state, nil
		case state.State == JobRunning && state.Restarted:
			state.State = JobGone // its task died with the boot it was started in
			return state, nil
		case state.State == JobPrepared && elapsed >= h.waits.start:
			return state, h.fail("job "+id, KindNotStarted, "the task was told to run and its job did not start within %s", h.waits.start)
		}
		if err := h.sleep(ctx, "job "+id, pollDelay(time.Since(started))); err != nil {
			return JobState{}, err
		}
	}
}

// JobOutput returns the end of a job's output.log, at most maxBytes of it; empty when there is none. Other scripts may be
// run in the same call, and their answers come beside it.
func (h *Host) JobOutput(ctx context.Context, id string, maxBytes int, others ...scripts.Call) (output string, beside [][]scripts.Record, err error) {
	folder, err := h.jobFolder(id)
	if err != nil {
		return "", nil, err
	}
	all, err := h.Scripts(ctx, append([]scripts.Call{{Script: scripts.ReadLog, Args: []scripts.Arg{
		{Name: "Path", Value: folder + `\` + fileOutput},
		{Name: "Offset", Value: strconv.Itoa(-maxBytes)},
		{Name: "MaxBytes", Value: strconv.Itoa(maxBytes)},
	}}}, others...)...)
	if err != nil {
		return "", nil, err
	}
	var lines []string
	for _, r := range all[0] {
		if r.Kind == "line" {
			lines = append(lines, r.Get("text"))
		}
	}
	return strings.Join(lines, "\n"), all[1:], nil
}
