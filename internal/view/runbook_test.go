package view_test

import (
	"strings"
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/internal/view"
)

func runbook(t *testing.T, s farm.Status) string {
	t.Helper()
	text, err := view.Runbook(s)
	require.NoError(t, err)
	return string(text)
}

func TestRunbooks(t *testing.T) {
	slim := midInstall(contoso)
	slim.Facts, slim.Timeline = farm.Facts{Farm: slim.Facts.Farm}, nil // as the workflow hands it over
	for name, s := range map[string]farm.Status{
		"runbook-install.md": slim, "runbook-intervention.md": stuck(contoso), "runbook-aborted.md": aborted(contoso),
		"runbook-completed.md": completed(contoso), "runbook-begun.md": begun(contoso),
	} {
		t.Run(name, func(t *testing.T) { golden(t, name, []byte(runbook(t, s))) })
	}
}

func TestRunbookOfNothing(t *testing.T) {
	_, err := view.Runbook(farm.Status{})
	require.ErrorContains(t, err, "no farm")
}

func TestRunbookRestoresWhatThisRunBackedUp(t *testing.T) {
	s := aborted(contoso)
	s.Databases[2].Verified = false
	s.Databases[0].Name = "odd]name"
	s.Databases[1].File = `E:\it's\a.bak`
	text := runbook(t, s)
	for i, d := range s.Databases {
		switch i {
		case 0:
			require.Contains(t, text, "RESTORE DATABASE [odd]]name] FROM DISK")
		case 1:
			require.Contains(t, text, `FROM DISK = N'E:\it''s\a.bak' WITH FILE = 1, CHECKSUM, REPLACE`)
		case 2:
			require.NotContains(t, text, "RESTORE DATABASE ["+d.Name+"]")
			require.Contains(t, text, "NO VERIFIED BACKUP")
		default:
			require.Contains(t, text, "RESTORE DATABASE ["+d.Name+"] FROM DISK = N'"+d.File+"' WITH FILE = 1, CHECKSUM, REPLACE, RECOVERY, STATS = 5;")
		}
	}
}

func TestRunbookHasNoRestoreBeforeThePointOfNoReturn(t *testing.T) {
	text := runbook(t, backedUp(contoso))
	require.NotContains(t, text, "RESTORE DATABASE")
	require.Contains(t, text, `net start "W3SVC"`)
}

func TestRunbookRestoresServicesAsRecorded(t *testing.T) {
	s := waiting(contoso)
	s.Services[0].StartMode = farm.StartDelayed
	s.Services[1].StartMode, s.Services[1].Running = farm.StartManual, false
	text := runbook(t, s)
	require.Contains(t, text, `sc config "W3SVC" start= delayed-auto`)
	require.Contains(t, text, `sc config "W3SVC" start= demand`)
	require.Equal(t, 2, strings.Count(text, `net start "W3SVC"`), "what did not run is not started")
	require.Equal(t, 1, strings.Count(text, `net start "ProjectQueueService"`))
}

func TestRunbookWizardsFollowTheArticle(t *testing.T) {
	text := runbook(t, waiting(contoso))
	require.Equal(t, 5, strings.Count(text, "psconfig.exe\" -cmd upgrade -inplace b2b -wait"), "five servers are left")
	last := 0
	for _, name := range []string{"APP02", "IDX01", "WFE01", "WFE02", "WFE03"} {
		i := strings.Index(text, "- [ ] "+name+": run the wizard")
		require.Greater(t, i, last, name)
		last = i
	}
}

func TestRunbookAttachesContentDatabases(t *testing.T) {
	s := finalizing(contoso)
	d := farm.ContentDatabase{Name: "WSS_Content_Teams", Server: "SQL01", URL: "http://pwa.contoso/", Warning: 9000, Max: 15000, Sites: 4}
	s.Content = []farm.DetachedDatabase{{ContentDatabase: d, DetachedAt: at(40)}, {ContentDatabase: d, DetachedAt: at(40), AttachedAt: at(50)}}
	text, err := view.Runbook(s)
	require.NoError(t, err)
	require.Contains(t, string(text), "Attach the content databases again\n")
	require.Contains(t, string(text), `stsadm -o addcontentdb -url "http://pwa.contoso/" -databasename "WSS_Content_Teams" -databaseserver "SQL01" -sitewarning 9000 -sitemax 15000`)
	require.Contains(t, string(text), "- [x] WSS\\_Content\\_Teams is back since")
}
