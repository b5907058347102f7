package farm_test

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
)

func TestDetectPackage(t *testing.T) {
	office := farm.Package{
		KB: "KB951297", Detect: []string{"(KB951297)"}, Version: farm.MustParseVersion("12.0.6318.5000"),
		Products: []string{"Office SharePoint Server 2007", "Office Project Server 2007"},
	}
	patch := func(name, state string) []farm.PatchState { return []farm.PatchState{{Name: name, State: state}} }
	product := func(pairs ...string) (out []farm.PatchState) {
		for i := 0; i < len(pairs); i += 2 {
			out = append(out, farm.PatchState{Name: pairs[i], Version: farm.MustParseVersion(pairs[i+1])})
		}
		return out
	}
	const name = "Infrastructure Update for Microsoft Office Servers (KB951297) 64-Bit Edition"
	const sharePoint, project = "Microsoft Office SharePoint Server 2007", "Microsoft Office Project Server 2007"
	for _, tc := range []struct {
		name              string
		products, patches []farm.PatchState
		want              bool
		evidence          string
	}{
		{"applied", nil, patch(name, "1"), true, "patch " + name},
		{"superseded by a later patch", nil, patch(name, "2"), true, "patch " + name},
		{"obsolete", nil, patch(name, "4"), true, "patch " + name},
		{"registered and not applied", nil, patch(name, "8"), false, "no patch named (KB951297)"},
		{"another patch", nil, patch("Update (KB951695)", "1"), false, "no patch named"},
		{"letter case of another edition", nil, patch("UPDATE (kb951297)", "1"), true, "patch"},
		{"a later update hides it", product(sharePoint, "12.0.6421.1000", project, "12.0.6422.1000"), nil, true, project + " is at 12.0.6422.1000"},
		{"one of two products is behind", product(sharePoint, "12.0.6421.1000", project, "12.0.6219.1000"), nil, false, project + " is at 12.0.6219.1000, before 12.0.6318.5000"},
		{"Service Pack 1 alone", product(project, "12.0.6219.1000"), nil, false, "before"},
		{"another product is later", product("Windows SharePoint Services 3.0", "12.0.6421.1000"), nil, false, "it does not apply: no Office SharePoint Server 2007 or Office Project Server 2007"},
		{"a product without a version", []farm.PatchState{{Name: project}}, nil, false, "no product at"},
		{"nothing", nil, nil, false, "no patch named (KB951297), and no product at 12.0.6318.5000"},
	} {
		got := farm.DetectPackage(office, tc.products, tc.patches)
		require.Equal(t, tc.want, got.Installed, tc.name)
		require.Equal(t, "KB951297", got.KB)
		require.Contains(t, got.Evidence, tc.evidence, tc.name)
	}
	require.False(t, farm.DetectPackage(farm.Package{KB: "KB1", Products: []string{project}}, product(project, "12.0.1.0"), nil).Installed,
		"without a version of its own a package is never taken for hidden")
	require.False(t, farm.DetectPackage(farm.Package{KB: "KB1", Detect: []string{""}}, nil, patch(name, "1")).Installed, "an empty text finds nothing")
}

func TestFindProjectServices(t *testing.T) {
	events := farm.ServiceState{Name: "PrjEvt", Display: "Microsoft Office Project Server Events Service", Path: `"C:\P\Microsoft.Office.Project.Server.Eventing.exe"`}
	queue := farm.ServiceState{Name: "PrjQ", Display: "Microsoft Office Project Server Queue Service", Path: `C:\P\Microsoft.Office.Project.Server.Queuing.exe`}
	other := farm.ServiceState{Name: "W3SVC", Display: "World Wide Web Publishing Service", Path: `C:\Windows\svchost.exe`}
	renamed := farm.ServiceState{Name: "Q2", Display: queue.Display, Path: `D:\launcher.exe`}

	for _, tc := range []struct {
		name  string
		all   []farm.ServiceState
		names farm.ServiceNames
		want  []farm.ServiceState
		err   string
	}{
		{"both, by path, in this order", []farm.ServiceState{queue, other, events}, farm.ServiceNames{}, []farm.ServiceState{events, queue}, ""},
		{"none: a server without Project Server", []farm.ServiceState{other}, farm.ServiceNames{}, nil, ""},
		{"by display name", []farm.ServiceState{renamed}, farm.ServiceNames{}, []farm.ServiceState{renamed}, ""},
		{"path before display name", []farm.ServiceState{renamed, queue}, farm.ServiceNames{}, []farm.ServiceState{queue}, ""},
		{"two candidates", []farm.ServiceState{queue, {Name: "Q3", Path: queue.Path}}, farm.ServiceNames{}, nil, "more than one service looks like"},
		{"named in the file", []farm.ServiceState{queue, {Name: "Q3", Path: queue.Path}}, farm.ServiceNames{ProjectQueue: "q3"}, []farm.ServiceState{{Name: "Q3", Path: queue.Path}}, ""},
		{"named in the file and missing", []farm.ServiceState{queue}, farm.ServiceNames{ProjectEvents: "none"}, nil, "there is no such service"},
	} {
		got, err := farm.FindProjectServices(tc.all, tc.names)
		if tc.err != "" {
			require.ErrorContains(t, err, tc.err, tc.name)
			continue
		}
		require.NoError(t, err, tc.name)
		require.Equal(t, tc.want, got, tc.name)
	}
	for s, want := range map[*farm.ServiceState]bool{&events: true, &queue: true, &other: true, {Name: "sptimerv3"}: true, {Name: "SPAdmin"}: true, {Name: "Spooler"}: false} {
		require.Equal(t, want, farm.WatchedService(*s, farm.ServiceNames{}), s.Name)
	}
}
