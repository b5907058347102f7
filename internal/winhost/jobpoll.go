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
	folder, err := h.jobFolder(id)
	if err != nil {
		return JobState{}, err
	}
	records, err := h.Script(ctx, scripts.JobState, []scripts.Arg{{Name: "Folder", Value: folder}}, nil)
	if err != nil {
		return JobState{}, err
	}
	state, err := h.jobState(records)
	if err != nil || state.State != JobGone {
		return state, err
	}
	// The job may have ended between the script's look at exit.txt and its look at processes.
	again, err := h.PollJob(ctx, id)
	if err != nil {
		return JobState{}, err
	}
	if again.State == JobExited {
		again.Boot = state.Boot
		return again, nil
	}
	return state, nil
}

func (h *Host) jobState(records []scripts.Record) (JobState, error) {
	boot, err := h.find(scripts.JobState, records, "boot")
	if err != nil {
		return JobState{}, err
	}
	job, err := h.find(scripts.JobState, records, "job")
	if err != nil {
		return JobState{}, err
	}
	state := JobState{State: JobAbsent}
	if state.Boot, _, err = h.bootRecord(scripts.JobState, boot); err != nil || !job.Bool("exists") {
		return state, err
	}
	if exit := job.Get("exit"); exit != "" {
		state.State = JobExited
		if state.Exit, err = parseExit(exit); err != nil {
			return JobState{}, h.annotate(scripts.JobState.Name, err)
		}
		return state, nil
	}
	if !job.Bool("started") {
		state.State = JobPrepared
		return state, nil
	}
	processes, err := job.Int("processes")
	if err != nil {
		return JobState{}, h.fail(scripts.JobState.Name, KindBadOutput, "%v", err)
	}
	state.State = JobGone
	if processes > 0 {
		state.State = JobRunning
	}
	return state, nil
}

// inspectEvery is how long PollJob's word is taken for a job that seems to run.
const inspectEvery = 30 * time.Second

// WaitJob polls until a job has exited, is gone or is absent, and returns that state with the boot time. boot is when the
// server had started when the job began; with a later one a job that left no exit code is gone. beat, which may be nil,
// is called before each poll. A transport error is returned at once: call WaitJob again, it begins with InspectJob. A job
// that does not start within a minute is an error of KindNotStarted.
func (h *Host) WaitJob(ctx context.Context, id string, boot time.Time, beat func(elapsed time.Duration)) (JobState, error) {
	started := time.Now()
	var inspected time.Time
	var bootNow time.Time
	for {
		elapsed := time.Since(started)
		if beat != nil {
			beat(elapsed)
		}
		ask := h.PollJob
		if time.Since(inspected) >= inspectEvery {
			ask, inspected = h.InspectJob, time.Now()
		}
		state, err := ask(ctx, id)
		if err != nil {
			return JobState{}, err
		}
		if state.Boot.IsZero() {
			state.Boot = bootNow
		}
		bootNow = state.Boot
		switch {
		case state.State == JobExited || state.State == JobGone || state.State == JobAbsent:
			return state, nil
		case state.State == JobRunning && !boot.IsZero() && !SameBoot(boot, state.Boot):
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

// JobOutput returns the end of a job's output.log, at most maxBytes of it; empty when there is none.
func (h *Host) JobOutput(ctx context.Context, id string, maxBytes int) (string, error) {
	folder, err := h.jobFolder(id)
	if err != nil {
		return "", err
	}
	records, err := h.Script(ctx, scripts.ReadLog, []scripts.Arg{
		{Name: "Path", Value: folder + `\` + fileOutput},
		{Name: "Offset", Value: strconv.Itoa(-maxBytes)},
		{Name: "MaxBytes", Value: strconv.Itoa(maxBytes)},
	}, nil)
	if err != nil {
		return "", err
	}
	var lines []string
	for _, r := range records {
		if r.Kind == "line" {
			lines = append(lines, r.Get("text"))
		}
	}
	return strings.Join(lines, "\n"), nil
}
