package secrets_test

import (
	"fmt"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/test/secrets"
)

// TestNoSecretIsWrittenAnywhere runs a whole update and looks for every secret in everything that was written. On the way
// one password is mistaken, a package fails, the webhook is out of order, and the worker dies twice with its stacks on
// standard error: while it hands a password to a server, and while a question is open.
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
	r.secret("sealed", planted["account over https"])

	// The next task that is registered brings a password to a server.
	all, _ := r.sim.World().Events(0)
	last := all[len(all)-1].Seq
	r.answer(q)
	r.await(last, "script", "register-task.ps1")
	r.worker.dump()
	r.startWorker()

	answered, dumped := []string{fmt.Sprint(q.ID, q.Revision)}, false
	var found []secrets.Finding
	for {
		if q, ended = r.question(answered); ended {
			break
		}
		if q.Kind == "intervention" && !dumped {
			dumped = true
			found = append(found, r.search(s, r.servers())...)
			r.worker.dump()
			r.startWorker()
		}
		r.answer(q)
		answered = append(answered, fmt.Sprint(q.ID, q.Revision))
	}
	_, code = r.starter("dave", "status", "lighthouse", "--wait", "--timeout", "2m")
	require.Zero(t, code, "the rollout is completed")
	require.True(t, dumped, "the package failed and people were asked")
	require.Len(t, r.events("auth-failed", ""), 1, "a refused account is not tried again by itself")

	found = append(found, r.search(s, r.temporal())...)
	found = append(found, r.search(s, r.prints())...)
	r.worker.stop() // sends what it has not exported yet
	found = append(found, r.search(s, r.received())...)
	found = append(found, r.search(s, r.files(map[string]string{
		"temporal.db": marker, "worker.log": "goroutine ", "journal.jsonl": "register-task.ps1", "world": "run.cmd", "runbooks": marker,
	}))...)
	require.Empty(t, found)
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
