package winhost

import (
	"context"
	"maps"
	"regexp"
	"slices"
	"strings"
	"time"

	"farmhand/internal/secrets"
	"farmhand/scripts"
)

// JobSpec is a program that runs detached from WinRM, as a scheduled task with a password logon: it survives a lost
// connection, reaches the network, and leaves its exit code in a file.
type JobSpec struct {
	// ID names the job's folder and task. It never comes back for another run.
	ID string
	// Command is the one program line. It runs from a batch file, so a percent sign in it means a variable.
	Command string
	// Files lie beside the command, by name.
	Files map[string][]byte
	// RunAs is the account the task runs under, as DOMAIN\user, with its password.
	RunAs         string
	RunAsPassword secrets.Value
}

// JobPhase is how far a job has come.
type JobPhase string

// The phases. A job is Gone when it started, left no exit code and has no process: a reboot, or somebody, ended it.
const (
	JobAbsent   JobPhase = "absent"
	JobPrepared JobPhase = "prepared"
	JobRunning  JobPhase = "running"
	JobExited   JobPhase = "exited"
	JobGone     JobPhase = "gone"
)

// JobState is what a server says of a job.
type JobState struct {
	State JobPhase
	// Exit is the program's exit code; it counts in JobExited alone.
	Exit int
	// Boot is when the server started, in UTC; zero where only PollJob was asked, which cannot tell a running job from
	// one that is gone.
	Boot time.Time
	// Restarted is set by WaitJob when the server has started again since the reading of its boot that it was given.
	Restarted bool
}

// The files of a job's folder (run.cmd).
const (
	fileRun     = "run.cmd"
	fileCommand = "command.cmd"
	fileStarted = "started"
	fileExitTmp = "exit.tmp"
	fileExit    = "exit.txt"
	fileOutput  = "output.log"
)

// ownFiles are the names run.cmd lives by.
var ownFiles = []string{fileRun, fileCommand, fileStarted, fileExitTmp, fileExit, fileOutput}

var (
	jobIDPattern    = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,99}$`)
	fileNamePattern = regexp.MustCompile(`^[A-Za-z0-9][A-Za-z0-9._-]{0,63}$`)
	stagePattern    = regexp.MustCompile(`^[A-Za-z]:\\[^"%!<>|&^/:*?\x00-\x1f]*$`)
	accountPattern  = regexp.MustCompile(`^[^"%!<>|&^/:*?\[\];=,+\x00-\x1f]{1,104}$`)
)

// jobFolder is the folder of a job, or an error where its name or the stage folder cannot be written on a command line.
func (h *Host) jobFolder(id string) (string, error) {
	if !jobIDPattern.MatchString(id) {
		return "", h.fail("job", KindConfig, "%q is no job id: letters, digits, dot, underscore and dash only", id)
	}
	if !stagePattern.MatchString(h.server.Stage) {
		return "", h.fail("job", KindConfig, "the stage folder %q is no full path such as D:\\farmhand", h.server.Stage)
	}
	return strings.TrimRight(h.server.Stage, `\`) + `\jobs\` + id, nil
}

func (h *Host) checkJob(spec JobSpec) error {
	bad := func(format string, args ...any) error { return h.fail("job", KindConfig, format, args...) }
	switch {
	case strings.TrimSpace(spec.Command) == "" || strings.ContainsAny(spec.Command, "\r\n\x00"):
		return bad("the command of job %s is not one line", spec.ID)
	case checkBatchText(spec.Command) != nil:
		return bad("the command of job %s: %v", spec.ID, checkBatchText(spec.Command))
	case len(spec.Command) > commandLineLimit-100:
		return bad("the command of job %s is longer than cmd.exe takes", spec.ID)
	case !accountPattern.MatchString(spec.RunAs):
		return bad("%q is no account to run job %s under", spec.RunAs, spec.ID)
	case spec.RunAsPassword.IsZero():
		return bad("no password is set for %s", spec.RunAs)
	case strings.ContainsAny(spec.RunAsPassword.Reveal(), "\r\n\x00"):
		return bad("the password of %s is not one line", spec.RunAs)
	}
	for name := range spec.Files {
		if !fileNamePattern.MatchString(name) || slices.Contains(ownFiles, strings.ToLower(name)) {
			return bad("%q is no name for a file beside job %s", name, spec.ID)
		}
	}
	return nil
}

// StartJob brings a job to its start and returns how far it has come, which may still be JobPrepared. It can be repeated
// after any error and from any place: run.cmd takes the folder "started" first, which only one process ever gets.
func (h *Host) StartJob(ctx context.Context, spec JobSpec) (JobState, error) {
	folder, err := h.jobFolder(spec.ID)
	if err != nil {
		return JobState{}, err
	}
	if err := h.checkJob(spec); err != nil {
		return JobState{}, err
	}
	state, err := h.PollJob(ctx, spec.ID)
	if err != nil || state.State == JobRunning || state.State == JobExited {
		return state, err
	}
	return h.launch(ctx, folder, spec)
}

// LaunchJob is StartJob for whoever has just asked InspectJob and was told that the job is absent or prepared.
func (h *Host) LaunchJob(ctx context.Context, spec JobSpec) (JobState, error) {
	folder, err := h.jobFolder(spec.ID)
	if err != nil {
		return JobState{}, err
	}
	if err := h.checkJob(spec); err != nil {
		return JobState{}, err
	}
	return h.launch(ctx, folder, spec)
}

// launch makes the folder, closes it to everybody but SYSTEM, Administrators and the run-as account (anybody else could
// plant a command.cmd), and only then writes the files, registers the task and runs it.
func (h *Host) launch(ctx context.Context, folder string, spec JobSpec) (JobState, error) {
	if err := h.MakeClosedFolder(ctx, folder, spec.RunAs); err != nil {
		return JobState{}, err
	}
	if err := h.runTask(ctx, folder, spec); err != nil {
		return JobState{}, scrubbed(err, spec.RunAsPassword)
	}
	return h.PollJob(ctx, spec.ID)
}

// jobFiles are the files of a job's folder, in the order of their names.
func jobFiles(folder string, spec JobSpec) []fileContent {
	content := map[string][]byte{
		fileRun:     []byte(scripts.Run.Text),
		fileCommand: []byte(`start "" /wait /b ` + spec.Command + "\r\n"),
	}
	maps.Copy(content, spec.Files)
	var files []fileContent
	for _, name := range slices.Sorted(maps.Keys(content)) {
		files = append(files, fileContent{folder + `\` + name, content[name]})
	}
	return files
}

// MakeClosedFolder makes a folder and those above it, and closes it to everybody but SYSTEM, Administrators and one
// account. One that is there is closed again.
func (h *Host) MakeClosedFolder(ctx context.Context, folder, account string) error {
	if !stagePattern.MatchString(folder) || !accountPattern.MatchString(account) {
		return h.fail("md", KindConfig, "the folder %q cannot be made for %q: one of the names cannot stand in a command", folder, account)
	}
	identity, err := h.known(ctx)
	if err != nil {
		return err
	}
	create := `md "` + folder + `"`
	var r Result
	if identity.Before2008() {
		if _, err := h.Command(ctx, create); err != nil { // it may exist; a folder that does not shows in the next step
			return err
		}
		r, err = h.closeFolder2003(ctx, folder, account)
	} else {
		shut := `icacls "` + folder + `" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F "` + account + `":(OI)(CI)F`
		if r, err = h.Command(ctx, create+" && "+shut); err == nil && r.Exit != 0 { // md fails where the folder exists
			r, err = h.Command(ctx, shut)
		}
	}
	if err != nil {
		return err
	}
	if r.Exit != 0 {
		return h.refusedCommand("icacls", r)
	}
	return nil
}

// DeleteJob removes a job's task and folder. What is not there is fine; a job that still runs is refused (KindFailed),
// because without its folder it could be started a second time.
func (h *Host) DeleteJob(ctx context.Context, id string) error {
	folder, err := h.jobFolder(id)
	if err != nil {
		return err
	}
	state, err := h.PollJob(ctx, id)
	if err != nil {
		return err
	}
	if state.State == JobRunning {
		if state, err = h.InspectJob(ctx, id); err != nil {
			return err
		}
		if state.State == JobRunning {
			return h.fail("delete job", KindFailed, "job %s still runs", id)
		}
	}
	return h.remove(ctx, folder, id)
}

// DeleteEndedJob is DeleteJob for a job that the caller has seen exited.
func (h *Host) DeleteEndedJob(ctx context.Context, id string) error {
	folder, err := h.jobFolder(id)
	if err != nil {
		return err
	}
	return h.remove(ctx, folder, id)
}

func (h *Host) remove(ctx context.Context, folder, id string) error {
	if err := h.deleteTask(ctx, id); err != nil {
		return err
	}
	r, err := h.Command(ctx, `rd /s /q "`+folder+`"`)
	if err != nil {
		return err
	}
	state, err := h.PollJob(ctx, id)
	if err != nil {
		return err
	}
	if state.State != JobAbsent {
		return h.refusedCommand("rd", r)
	}
	return nil
}
