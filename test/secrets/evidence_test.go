package secrets_test

import (
	"bytes"
	"fmt"
	"io/fs"
	"log/slog"
	"os"
	"path/filepath"
	"strings"

	"github.com/stretchr/testify/require"
	enumspb "go.temporal.io/api/enums/v1"
	"go.temporal.io/api/workflowservice/v1"
	"go.temporal.io/sdk/client"
	"go.temporal.io/sdk/log"
	"google.golang.org/protobuf/proto"

	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// source is a place that is searched. It must hold a text that is known to be there: a search of nothing finds nothing.
type source struct {
	name string
	data []byte
	// holds is that text; the marker where it is empty.
	holds string
}

// servers is what is on the servers now: job folders with their files, tasks with their command lines, processes.
func (r *run) servers() []source {
	r.Helper()
	var files, tasks, processes bytes.Buffer
	r.sim.World().View(func(tx *world.Tx) {
		for _, server := range []string{"APP01", "APP02", "WFE01", "WFE02"} {
			folders := []string{`D:\farmhand`}
			for ; len(folders) > 0; folders = folders[1:] {
				for _, f := range windows.Files(tx, server, folders[0]) {
					if f.Folder {
						folders = append(folders, f.Path)
					}
					data, _ := windows.ReadFile(tx, server, f.Path) // a folder has none
					fmt.Fprintf(&files, "%s %s\n%s\n", server, f.Path, data)
				}
			}
			for _, t := range windows.Tasks(tx, server) {
				fmt.Fprintf(&tasks, "%s %+v\n", server, t)
			}
			for _, p := range windows.Processes(tx, server) {
				fmt.Fprintf(&processes, "%s %+v\n", server, p)
			}
		}
	})
	return []source{
		{"job folders", files.Bytes(), "951297"}, {"scheduled tasks", tasks.Bytes(), "run.cmd"}, {"processes of the servers", processes.Bytes(), "OWSTIMER"},
		{"command line of the worker", r.worker.commandLine(r.T), "runbooks"},
	}
}

// temporal is what the Temporal server gives to whoever may read the namespace: the list of workflows with their memos
// and search attributes, and every history.
func (r *run) temporal() []source {
	r.Helper()
	c, err := client.Dial(client.Options{HostPort: r.place.temporal(), Logger: log.NewStructuredLogger(slog.New(slog.DiscardHandler))})
	require.NoError(r, err)
	defer c.Close()
	list, err := c.ListWorkflow(r.Context(), &workflowservice.ListWorkflowExecutionsRequest{PageSize: 1000})
	require.NoError(r, err)
	require.Empty(r, list.GetNextPageToken())
	out := []source{{"visibility", wire(r, list), ""}}
	for _, e := range list.GetExecutions() {
		id := e.GetExecution()
		var all []byte
		for it := c.GetWorkflowHistory(r.Context(), id.GetWorkflowId(), id.GetRunId(), false, enumspb.HISTORY_EVENT_FILTER_TYPE_ALL_EVENT); it.HasNext(); {
			event, err := it.Next()
			require.NoError(r, err)
			all = append(all, wire(r, event)...)
		}
		described, err := c.DescribeWorkflowExecution(r.Context(), id.GetWorkflowId(), id.GetRunId())
		require.NoError(r, err)
		out = append(out, source{"history of " + id.GetWorkflowId(), append(all, wire(r, described)...), ""})
	}
	return out
}

// wire is a message as it is sent: the payloads in it are decoded, since nothing encodes them further.
func wire(r *run, m proto.Message) []byte {
	r.Helper()
	b, err := proto.Marshal(m)
	require.NoError(r, err)
	return b
}

// prints are the evidence and the screens, in every form.
func (r *run) prints() []source {
	r.Helper()
	var out []source
	for _, args := range [][]string{
		{"report", "lighthouse", "--format", "json"}, {"report", "lighthouse", "--format", "markdown"}, {"report", "lighthouse", "--format", "html"},
		{"runbook", marker}, {"status", marker}, {"status", marker, "-o", "json"}, {"status", "lighthouse"}, {"gates"}, {"list"},
	} {
		text, _ := r.starter("erin", args...)
		holds := marker
		switch args[0] {
		case "gates", "list":
			holds = "" // what they say when nothing is open is not about this farm
		}
		if holds == "" {
			out = append(out, source{"starter " + args[0], []byte("starter " + args[0] + "\n" + text), "starter"})
			continue
		}
		out = append(out, source{"starter " + strings.Join(args, " "), []byte(text), holds})
	}
	return out
}

// received is what was exported and announced.
func (r *run) received() []source {
	return []source{
		{"spans", r.telemetry.got("/v1/traces"), ""}, {"metrics", r.telemetry.got("/v1/metrics"), ""}, {"exported logs", r.telemetry.got("/v1/logs"), ""},
		{"announcements", r.announcements.got(""), ""}, {"what starter printed", r.said.Bytes(), ""},
	}
}

// files are all files of the run: the server's database with its journal, the logs, the event log of the simulated farm
// with every file, task and process there ever was, the journal, runbooks. What is known to be in them, by the first part
// of their names, must be there.
func (r *run) files(known map[string]string) []source {
	r.Helper()
	var out []source
	require.NoError(r, filepath.WalkDir(r.dir, func(path string, d fs.DirEntry, err error) error {
		if err != nil || d.IsDir() {
			return err
		}
		data, err := os.ReadFile(path)
		name, _ := filepath.Rel(r.dir, path) // both are absolute
		s := source{name: name, data: data}
		top, _, _ := strings.Cut(name, string(filepath.Separator))
		if s.holds = known[top]; s.holds != "" && strings.Contains(string(data), s.holds) {
			delete(known, top)
		} else if s.holds = string(data[:min(len(data), 1)]); len(data) == 0 {
			return err
		}
		out = append(out, s)
		return err
	}))
	require.Empty(r, known, "what is known to be written is in no file")
	return out
}
