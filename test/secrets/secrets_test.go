package secrets_test

import (
	"bytes"
	"fmt"
	"testing"
	"time"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
	"farmhand/test/secrets"
)

// TestNoSecretIsWrittenAnywhere runs a whole update and looks for every secret in everything that was written. On the way
// one password is mistaken, a package fails and the webhook is out of order; and at the end the worker dies with its stacks
// on standard error, while it hands a password to a server.
func TestNoSecretIsWrittenAnywhere(t *testing.T) {
	t.Parallel()
	s, err := secrets.NewSearcher(planted)
	require.NoError(t, err)
	r := newRun(t, binary(t, "worker"))
	_, code := r.starter("dave", "start", "-f", r.file("rollout.yaml"))
	require.Zero(t, code, r.said.String())

	q, ended := r.question(nil)
	require.False(t, ended)
	require.Contains(t, fmt.Sprint(q.Failure, q.Facts), "WFE01", "the server with the mistaken password is named")
	require.NotEmpty(t, r.events("auth-failed", ""))
	for !bytes.Contains(r.telemetry.got("/v1/metrics"), []byte(marker)) { // metrics name a farm while it waits for people
		require.NoError(t, t.Context().Err())
		time.Sleep(100 * time.Millisecond)
	}
	r.secret("sealed", planted["account over https"])
	found := r.answerAll(s, q)
	_, code = r.starter("dave", "status", "lighthouse", "--wait", "--timeout", "2m")
	require.Zero(t, code, "the rollout is completed")
	require.Len(t, r.events("auth-failed", ""), 1, "a refused account is not tried again by itself")
	found = append(found, r.search(s, r.temporal())...)
	found = append(found, r.search(s, r.prints())...)
	r.worker.stop() // sends what it has not exported yet

	r.startWorker()
	r.dieWithAPassword()
	found = append(found, r.search(s, r.received())...)
	found = append(found, r.search(s, r.files(map[string]string{
		"temporal.db": marker, "worker.log": "goroutine ", "journal.jsonl": "register-task.ps1", "world": "run.cmd", "runbooks": marker,
	}))...)
	require.Empty(t, found)
}

// answerAll answers this question and all that follow, and looks at the servers while the one about the package is open.
func (r *run) answerAll(s *secrets.Searcher, q view.Question) (found []secrets.Finding) {
	r.Helper()
	looked := false
	for answered := []string{}; ; {
		r.answer(q)
		answered = append(answered, fmt.Sprint(q.ID, q.Revision))
		ended := false
		if q, ended = r.question(answered); ended {
			require.True(r, looked, "the package failed and people were asked")
			return found
		}
		if q.Kind == farm.QuestionIntervention {
			looked = true
			found = append(found, r.search(s, r.servers())...)
		}
	}
}

// dieWithAPassword has the worker look at the farm once more, and ends it with a dump of its stacks at the moment at which
// a server has been told to register a task, which takes the password.
func (r *run) dieWithAPassword() {
	r.Helper()
	all, _ := r.sim.World().Events(0)
	look := start(r.T, r.file("preflight.log"), binary(r.T, "starter"), []string{"TEMPORAL_ADDRESS=" + r.place.temporal(), "FARMHAND_OPERATOR=dave"},
		"preflight", "-f", r.file("rollout.yaml"))
	r.await(all[len(all)-1].Seq, "script", "register-task.ps1")
	r.worker.dump()
	look.kill()
}

// search looks for secrets in places that must hold what they are known to hold.
func (r *run) search(s *secrets.Searcher, in []source) (found []secrets.Finding) {
	r.Helper()
	for _, place := range in {
		holds := place.holds
		if holds == "" {
			holds = marker
		}
		require.Contains(r, string(place.data), holds, "%s: not what it should be", place.name)
		found = append(found, s.Find(place.name, place.data)...)
	}
	return found
}
