package activities_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/activities"
	"farmhand/internal/farm"
	"farmhand/simulator"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

// sites is what farm.ps1 says of the twin's Web applications.
var sites = []string{`C:\Inetpub\wwwroot\wss\VirtualDirectories\4201`, `C:\Inetpub\wwwroot\wss\VirtualDirectories\pwa.contoso80`}

const kept = `D:\farmhand\backup\night`

func (w *twin) serverBackup(server, osVersion, job string) activities.ServerBackupRequest {
	w.Helper()
	return activities.ServerBackupRequest{
		ServerTarget: w.server(server), Job: job, Keep: farm.ServerBackup{Configuration: true, Hive: true}, Folder: kept,
		Name: "farmhand-" + job, Hive: hive, OSVersion: osVersion, Sites: sites,
	}
}

// files names what lies on a server below a folder.
func (w *twin) files(server, folder string) (out []string) {
	w.sim.World().View(func(tx *world.Tx) {
		var walk func(string)
		walk = func(folder string) {
			for _, f := range windows.Files(tx, server, folder) {
				if f.Folder {
					walk(f.Path)
				} else {
					out = append(out, strings.ToLower(f.Path))
				}
			}
		}
		walk(folder)
	})
	return out
}

func TestAServersSettingsAndHiveAreKept(t *testing.T) {
	w := newTwin(t, func(o *simulator.Options) {
		o.Twin.Servers = []simulator.TwinServer{{Name: wfe02, OS: "2003"}}
	})
	require.ElementsMatch(t, sites, do[farm.FarmFacts](w, w.acts.DescribeFarm, activities.DescribeRequest{ServerTarget: w.server(app01), Job: "run-describe-1"}).SitePaths)
	for _, c := range []struct{ server, os, iis, site string }{
		{wfe01, "6.0.6002", `iis\farmhand-run-backup-1\applicationhost.config`, `web.config\2\web.config`},
		{wfe02, "5.2.3790", `iis\farmhand-run-backup-1.md0`, `web.config\2\web.config`},
		{app01, "6.0.6002", `iis\farmhand-run-backup-1\applicationhost.config`, `web.config\1\web.config`},
	} {
		w.part(c.server, func(t *testing.T) {
			r := w.serverBackup(c.server, c.os, "run-backup-1")
			var started activities.ServerBackupStart
			for range 2 { // an activity may run twice; the job does not
				started = do[activities.ServerBackupStart](w, w.acts.StartServerBackup, r)
			}
			end := do[activities.JobEnd](w, w.acts.AwaitJob, started.Job)
			require.Zero(t, end.Exit, end.Tail)
			do[none](w, w.acts.ProveServerBackup, activities.ServerBackupProof{ServerTarget: r.ServerTarget, Files: started.Files})
			found := w.files(c.server, kept)
			for _, want := range []string{"farmhand-run-backup-1.reg", c.iis, c.site, `hive\bin\psconfig.exe`} {
				require.Contains(t, found, strings.ToLower(kept+`\`+want))
			}
			for _, f := range found {
				require.NotContains(t, f, `\logs\`)
			}
			require.Len(t, started.Kept, 4)

			// A retry is another job and another name; what was kept is kept again.
			again := do[activities.ServerBackupStart](w, w.acts.StartServerBackup, w.serverBackup(c.server, c.os, "run-backup-2"))
			require.Zero(t, do[activities.JobEnd](w, w.acts.AwaitJob, again.Job).Exit)

			do[none](w, w.acts.CleanUp, activities.CleanUpRequest{ServerTarget: r.ServerTarget, Jobs: []string{"run-backup-1", "run-backup-2"}})
			require.Contains(t, w.files(c.server, kept), strings.ToLower(kept+`\farmhand-run-backup-1.reg`), "it outlives the clean-up")
		})
	}
	w.part("a file that went missing", func(t *testing.T) {
		_, err := try[none](w, w.acts.ProveServerBackup, activities.ServerBackupProof{ServerTarget: w.server(wfe01), Files: []string{kept + `\no.reg`}})
		w.requireFailure(err, farm.FailureNotProven, wfe01, false)
	})
}

// TestOneCommandThatFailsEndsTheBackup: what follows it does not run, and the exit code says so.
func TestOneCommandThatFailsEndsTheBackup(t *testing.T) {
	w := newTwin(t, nil)
	r := w.serverBackup(app02, "5.2.3790", "run-backup-1") // a server that is not what it was taken for: no iisback.vbs there
	started := do[activities.ServerBackupStart](w, w.acts.StartServerBackup, r)
	end := do[activities.JobEnd](w, w.acts.AwaitJob, started.Job)
	require.NotZero(t, end.Exit)
	require.Contains(t, strings.Join(end.Tail, "\n"), "Can not find script file")
	require.NotContains(t, w.files(app02, kept), strings.ToLower(kept+`\hive\bin\psconfig.exe`))
}
