package winhost

import (
	"context"
	"encoding/base64"
	"strings"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/secrets"
	"farmhand/scripts"
)

func TestStartJobOnce(t *testing.T) {
	for os, want := range map[string]string{
		"6.0.6002 SP: 2.0": `md "` + jobDir + `" && icacls "` + jobDir + `" /inheritance:r /grant:r *S-1-5-18:(OI)(CI)F *S-1-5-32-544:(OI)(CI)F "` + runAs + `":(OI)(CI)F`,
		"5.2.3790 SP: 2.0": `schtasks /create /tn "` + jobID + `" /ru "` + runAs + `" /sc once /st 23:59:00 /tr "cmd /c ` + jobDir + `\run.cmd"`,
	} {
		j := newJobTwin(t, os)
		state, err := j.StartJob(t.Context(), jobSpec())
		require.NoError(t, err)
		require.Equal(t, JobState{State: JobRunning}, state)
		require.Equal(t, scripts.Run.Text, j.files[fileRun])
		require.Equal(t, "start \"\" /wait /b \"C:\\Updates\\wss.exe\" /quiet /norestart\r\n", j.files[fileCommand])
		require.Equal(t, "text", j.files["probe.ps1"])
		require.Contains(t, j.ran(), want)

		before := len(j.ran())
		state, err = j.StartJob(t.Context(), jobSpec())
		require.NoError(t, err)
		require.Equal(t, JobRunning, state.State)
		require.Len(t, j.ran(), before+1, "a started job is only looked at")
		require.Equal(t, 1, j.starts)
		for _, line := range j.ran() {
			require.NotContains(t, line, runAsPass)
		}
	}
}

// TestFolderOnServer2003OfAnotherLanguage: cacls there knows neither SIDs nor English names, and its yes is a letter of
// the language.
func TestFolderOnServer2003OfAnotherLanguage(t *testing.T) {
	j := newJobTwin(t, "5.2.3790 SP: 2.0")
	script, command := j.machine.scripts, j.command
	j.machine.scripts = func(s scripts.Script, args map[string]string, stdin string) (string, int) {
		if s.Name == scripts.LocalNames.Name {
			return "names\tsystem=Syst%00E8me\tadministrators=Administrateurs\tlanguage=1036\r\n", 0
		}
		return script(s, args, stdin)
	}
	answer := ""
	j.command = func(line, stdin string) (int, string, string) {
		if line == `cacls "`+jobDir+`" /T /G "Système":F "Administrateurs":F "`+runAs+`":F` {
			answer = stdin
			return 0, "", ""
		}
		return command(line, stdin)
	}
	_, err := j.StartJob(t.Context(), jobSpec())
	require.NoError(t, err)
	require.Equal(t, "O\r\n", answer)
}

func TestYes(t *testing.T) {
	for lcid, letter := range map[int]string{1033: "Y", 2057: "Y", 1036: "O", 3084: "O", 1031: "J", 1043: "J", 3082: "S", 1040: "S", 1046: "S", 0: "Y"} {
		require.Equal(t, letter, yes(lcid), lcid)
	}
}

func TestStartJobAfterItsReplyWasLost(t *testing.T) {
	j := newJobTwin(t, "")
	struck := false
	answer := j.command
	j.command = func(line, stdin string) (int, string, string) {
		if strings.HasPrefix(line, "schtasks /run") && !struck {
			struck = true
			answer(line, stdin)
			return 1, "", "lost"
		}
		return answer(line, stdin)
	}
	_, err := j.StartJob(t.Context(), jobSpec())
	requireKind(t, err, KindFailed)
	state, err := j.StartJob(t.Context(), jobSpec())
	require.NoError(t, err)
	require.Equal(t, JobRunning, state.State)
	require.Equal(t, 1, j.starts)
}

func TestRunAsAccountThatIsRefused(t *testing.T) {
	j := newJobTwin(t, "")
	j.refuse = "0x8007052E"
	_, err := j.StartJob(t.Context(), jobSpec())
	requireKind(t, err, KindAuth)
	require.ErrorContains(t, err, "0x8007052E")
	require.NotContains(t, err.Error(), runAsPass)
	require.Zero(t, j.starts)
}

func TestAccountThatServer2003DoesNotAccept(t *testing.T) {
	j := newJobTwin(t, "5.2.3790 SP: 2.0")
	answer := j.command
	j.command = func(line, stdin string) (int, string, string) {
		if strings.HasPrefix(line, "schtasks /create") {
			return 0, "SUCCESS: The scheduled task \"x\" has successfully been created.\r\n\r\nWARNING: The Scheduled task \"x\" has been created, but may not run because\r\nthe account information could not be set.\r\n", ""
		}
		return answer(line, stdin)
	}
	_, err := j.StartJob(t.Context(), jobSpec())
	requireKind(t, err, KindAuth)
	require.Zero(t, j.starts)
}

func TestJobsThatCannotBeWrittenAreRefused(t *testing.T) {
	for name, change := range map[string]func(*JobSpec){
		"id":                func(s *JobSpec) { s.ID = `..\x` },
		"empty id":          func(s *JobSpec) { s.ID = "" },
		"two lines":         func(s *JobSpec) { s.Command = "a\r\nb" },
		"no command":        func(s *JobSpec) { s.Command = " " },
		"long command":      func(s *JobSpec) { s.Command = strings.Repeat("x", 8150) },
		"account":           func(s *JobSpec) { s.RunAs = `x" & del *` },
		"no password":       func(s *JobSpec) { s.RunAsPassword = secrets.Value{} },
		"password of lines": func(s *JobSpec) { s.RunAsPassword = secrets.New("a\r\nb") },
		"file elsewhere":    func(s *JobSpec) { s.Files = map[string][]byte{`..\x`: nil} },
		"file of its own":   func(s *JobSpec) { s.Files = map[string][]byte{"command.cmd": nil} },
		"folder as a file":  func(s *JobSpec) { s.Files = map[string][]byte{"Started": nil} },
	} {
		t.Run(name, func(t *testing.T) {
			j := newJobTwin(t, "")
			spec := jobSpec()
			change(&spec)
			_, err := j.StartJob(t.Context(), spec)
			requireKind(t, err, KindConfig)
			require.Empty(t, j.ran())
		})
	}
	j := newJobTwin(t, "", func(o *Options) { o.Server.Stage = "farmhand" })
	_, err := j.PollJob(t.Context(), jobID)
	requireKind(t, err, KindConfig)
}

func TestWaitJobFollowsAJobToItsEnd(t *testing.T) {
	j := newJobTwin(t, "")
	_, err := j.StartJob(t.Context(), jobSpec())
	require.NoError(t, err)
	polls := 0
	j.polls = func() {
		if polls++; polls == 3 {
			j.files[fileExit], j.processes = "3010", 0
		}
	}
	beats := 0
	state, err := j.WaitJob(t.Context(), jobID, Booted{At: firstBoot}, func(time.Duration) { beats++ })
	require.NoError(t, err)
	require.Equal(t, JobState{State: JobExited, Exit: 3010, Boot: firstBoot}, state)
	require.Equal(t, 4, beats, "one inspection and three polls")
}

func TestInspectJob(t *testing.T) {
	started := map[string]string{fileRun: "x", fileStarted: ""}
	for name, tt := range map[string]struct {
		files     map[string]string
		processes int
		want      JobPhase
	}{
		"absent":   {nil, 0, JobAbsent},
		"prepared": {map[string]string{fileRun: "x"}, 0, JobPrepared},
		"running":  {started, 2, JobRunning},
		"gone":     {started, 0, JobGone},
		"exited":   {map[string]string{fileRun: "x", fileStarted: "", fileExit: "0"}, 0, JobExited},
	} {
		t.Run(name, func(t *testing.T) {
			j := newJobTwin(t, "")
			j.files, j.processes = tt.files, tt.processes
			state, err := j.InspectJob(t.Context(), jobID)
			require.NoError(t, err)
			require.Equal(t, JobState{State: tt.want, Boot: firstBoot}, state)
		})
	}
}

func TestJobThatEndsWhileItIsInspectedIsNotGone(t *testing.T) {
	j := newJobTwin(t, "")
	j.files = map[string]string{fileRun: "x", fileStarted: ""}
	j.polls = func() { j.files[fileExit] = "17022" }
	state, err := j.InspectJob(t.Context(), jobID)
	require.NoError(t, err)
	require.Equal(t, JobState{State: JobExited, Exit: 17022, Boot: firstBoot}, state)
}

func TestWaitJobAfterAReboot(t *testing.T) {
	j := newJobTwin(t, "")
	j.files, j.processes, j.boot = map[string]string{fileRun: "x", fileStarted: ""}, 1, firstBoot.Add(time.Hour)
	state, err := j.WaitJob(t.Context(), jobID, Booted{At: firstBoot}, nil)
	require.NoError(t, err)
	require.Equal(t, JobState{State: JobGone, Boot: firstBoot.Add(time.Hour), Restarted: true}, state)
}

func TestWaitJobReturnsTransportErrorsAndTheEndOfTheContext(t *testing.T) {
	j := newJobTwin(t, "")
	j.files, j.processes = map[string]string{fileRun: "x", fileStarted: ""}, 1
	ctx, cancel := context.WithCancel(t.Context())
	defer cancel()
	beats := 0
	_, err := j.WaitJob(ctx, jobID, Booted{At: firstBoot}, func(time.Duration) {
		if beats++; beats == 2 {
			cancel()
		}
	})
	requireKind(t, err, KindInterrupted)
	require.ErrorIs(t, err, context.Canceled)
	j.server.Close()
	_, err = j.WaitJob(t.Context(), jobID, Booted{At: firstBoot}, nil)
	requireKind(t, err, KindUnreachable)
}

func TestJobThatDoesNotStart(t *testing.T) {
	j := newJobTwin(t, "")
	j.files = map[string]string{fileRun: "x"}
	_, err := j.WaitJob(t.Context(), jobID, Booted{At: firstBoot}, nil)
	requireKind(t, err, KindNotStarted)
}

func TestDeleteJob(t *testing.T) {
	j := newJobTwin(t, "")
	require.NoError(t, j.DeleteJob(t.Context(), jobID), "nothing there is fine")
	_, err := j.StartJob(t.Context(), jobSpec())
	require.NoError(t, err)
	requireKind(t, j.DeleteJob(t.Context(), jobID), KindFailed)
	require.NotNil(t, j.files, "a running job keeps its folder")
	j.files[fileExit], j.processes = "0", 0
	require.NoError(t, j.DeleteJob(t.Context(), jobID))
	require.Nil(t, j.files)
	require.False(t, j.task)
}

func TestJobOutput(t *testing.T) {
	j := newJobTwin(t, "")
	text, _, err := j.JobOutput(t.Context(), jobID, 4096)
	require.NoError(t, err)
	require.Equal(t, "a\tb\n-4096", text)
}

// TestPasswordsInEveryAlphabet: base64 carries them to Schedule.Service; the prompt of Windows Server 2003 would get
// what the code page makes of them, so they are refused there.
func TestPasswordsInEveryAlphabet(t *testing.T) {
	for _, password := range []string{"Pässwörd", "пароль", "密码 with blanks", `%"&^!`} {
		j := newJobTwin(t, "")
		answer, got := j.machine.scripts, ""
		j.machine.scripts = func(s scripts.Script, args map[string]string, stdin string) (string, int) {
			if s.Name == scripts.RegisterTask.Name {
				decoded, err := base64.StdEncoding.DecodeString(strings.TrimSuffix(stdin, "\r\n"))
				require.NoError(t, err)
				got = string(decoded)
				stdin = base64.StdEncoding.EncodeToString([]byte(runAsPass)) + "\r\n"
			}
			return answer(s, args, stdin)
		}
		spec := jobSpec()
		spec.RunAsPassword = secrets.New(password)
		_, err := j.StartJob(t.Context(), spec)
		require.NoError(t, err)
		require.Equal(t, password, got)
	}
	j := newJobTwin(t, "5.2.3790 SP: 2.0")
	spec := jobSpec()
	spec.RunAsPassword = secrets.New("Pässwörd")
	_, err := j.StartJob(t.Context(), spec)
	requireKind(t, err, KindConfig)
	require.ErrorContains(t, err, "outside ASCII")
	require.Zero(t, j.starts)
}
