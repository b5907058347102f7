package workflows_test

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"math/rand/v2"
	"net"
	"os"
	"os/exec"
	"path/filepath"
	"testing"
	"time"

	"github.com/stretchr/testify/require"
	"go.temporal.io/api/serviceerror"
	"go.temporal.io/sdk/client"

	"farmhand/internal/farm"
	"farmhand/workflows"
)

// desk is the people around a rollout on a real server: it starts the rollout, looks at the farm, and answers.
type desk struct {
	behaviour
	*scene
	t        *testing.T
	client   client.Client
	in       workflows.RolloutInput
	rollouts []string // workflow ids, as they were started
}

// lookEvery is the pause between two looks at a farm.
const lookEvery = 50 * time.Millisecond

func (d *desk) farmID() string { return workflows.FarmUpdateID(d.in.Rollout.Farms[0].Name) }

// start starts the rollout under an id.
func (d *desk) start(id string) client.WorkflowRun {
	run, err := d.client.ExecuteWorkflow(d.t.Context(), client.StartWorkflowOptions{ID: id, TaskQueue: workflows.TaskQueue}, workflows.RolloutWorkflow, d.in)
	require.NoError(d.t, err)
	d.rollouts = append(d.rollouts, id)
	return run
}

// run runs the behaviour to its outcome.
func (d *desk) run() {
	run := d.start(workflows.RolloutID(d.in.Rollout.ID))
	var result farm.RolloutStatus
	ended := make(chan error, 1)
	go func() { ended <- run.Get(d.t.Context(), &result) }()
	asked := map[string]bool{}
	look := time.NewTicker(lookEvery)
	defer look.Stop()
	for {
		select {
		case err := <-ended:
			require.NoError(d.t, err)
			require.Equal(d.t, d.outcome, result.Farms[0].Result.Outcome, result.Farms[0].Result.Why)
			return
		case <-look.C:
		}
		s := d.status()
		if s == nil {
			continue
		}
		if d.watch != nil {
			d.watch(d, s)
		}
		for _, q := range s.OpenQuestions() {
			if key := fmt.Sprint(q.ID, q.Revision); !asked[key] {
				asked[key] = true
				d.reply(q)
			}
		}
	}
}

func (d *desk) reply(q farm.Question) {
	if d.answer != nil {
		d.answer(d, q)
		return
	}
	d.signal(q, "bob", farm.ChoiceApprove)
}

// status is the farm's; nil while its workflow does not exist.
func (d *desk) status() *farm.Status {
	v, err := d.client.QueryWorkflow(d.t.Context(), d.farmID(), "", workflows.QueryStatus)
	if _, missing := errors.AsType[*serviceerror.NotFound](err); missing {
		return nil
	}
	var s farm.Status
	if err == nil {
		err = v.Get(&s)
	}
	require.NoError(d.t, err)
	return &s
}

// await looks until the farm is as wanted.
func (d *desk) await(wanted func(*farm.Status) bool) {
	require.Eventually(d.t, func() bool { return wanted(d.status()) }, time.Minute, lookEvery)
}

func (d *desk) decide(dec farm.Decision) {
	require.NoError(d.t, d.client.SignalWorkflow(d.t.Context(), d.farmID(), "", workflows.MessageDecide, dec))
}

func (d *desk) signal(q farm.Question, who string, c farm.Choice) {
	d.decide(farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: c, Reason: "because"})
}

func (d *desk) order(who string, c farm.Choice) {
	d.decide(farm.Decision{Subject: farm.SubjectFarm, Who: who, Choice: c, Reason: "storm"})
}

// update decides by the update, which answers at once.
func (d *desk) update(q farm.Question, who string, c farm.Choice) error {
	h, err := d.client.UpdateWorkflow(d.t.Context(), client.UpdateWorkflowOptions{
		WorkflowID: d.farmID(), UpdateName: workflows.MessageDecide, WaitForStage: client.WorkflowUpdateStageCompleted,
		Args: []any{farm.Decision{Subject: q.ID, Evidence: q.Digest, Who: who, Choice: c}},
	})
	if err != nil {
		return err
	}
	var v workflows.Verdict
	if err := h.Get(d.t.Context(), &v); err != nil {
		return err
	}
	require.True(d.t, v.Accepted, v.Why)
	return nil
}

func (d *desk) cancel() {
	require.NoError(d.t, d.client.CancelWorkflow(d.t.Context(), workflows.RolloutID(d.in.Rollout.ID), ""))
}

// second starts another rollout over the same farm, and waits for its end.
func (d *desk) second() (s farm.RolloutStatus) {
	require.NoError(d.t, d.start(workflows.RolloutID(d.in.Rollout.ID+"-second")).Get(d.t.Context(), &s))
	return s
}

// startServer starts bin/devserver on a free block of ports and ends it with the test.
func startServer(t *testing.T) client.Client {
	server := exec.CommandContext(t.Context(), filepath.Join("..", "bin", "devserver"),
		"--db", filepath.Join(t.TempDir(), "history.db"), "--port", fmt.Sprint(freePorts(t)), "--headless", "--exit-with-stdin", "--synchronous", "NORMAL")
	server.Stderr = os.Stderr
	in, err := server.StdinPipe()
	require.NoError(t, err)
	out, err := server.StdoutPipe()
	require.NoError(t, err)
	require.NoError(t, server.Start(), "build it with `make build`")
	line, err := bufio.NewReader(out).ReadBytes('\n')
	require.NoError(t, err)
	var ready struct{ Address, Namespace string }
	require.NoError(t, json.Unmarshal(line, &ready))
	c, err := client.Dial(client.Options{HostPort: ready.Address, Namespace: ready.Namespace, Identity: "recorder", Logger: quiet})
	require.NoError(t, err)
	t.Cleanup(func() {
		c.Close()
		_ = in.Close()
		_ = server.Wait() // it was told to stop; how it ends is its own tests' matter
	})
	return c
}

// freePorts returns the first of ten ports that are free now.
func freePorts(t *testing.T) int {
	const from, blocks = 28000, 400
	first := rand.N(blocks) // another package's tests look for ports at the same time
	for i := range blocks {
		base := from + 10*((first+i)%blocks)
		free := true
		for port := base; port < base+10; port++ {
			l, err := net.Listen("tcp", fmt.Sprintf("127.0.0.1:%d", port))
			if err == nil {
				err = l.Close()
			}
			free = free && err == nil
		}
		if free {
			return base
		}
	}
	t.Fatal("no ten free ports in a row")
	return 0
}
