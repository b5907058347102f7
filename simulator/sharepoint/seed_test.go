package sharepoint

import (
	"testing"

	"github.com/stretchr/testify/require"

	"farmhand/internal/farm"
	"farmhand/simulator/sqlserver"
	"farmhand/simulator/windows"
	"farmhand/simulator/world"
)

func options() Options {
	return Options{
		Source:  farm.PackageSource{Directory: `E:\Packages`},
		Account: func(string) string { return `CONTOSO\sp-setup` },
		Release: farm.Release{Packages: []farm.Package{{
			KB: "KB951695", Version: farm.MustParseVersion("12.0.6318.5000"), Products: []string{"Windows SharePoint Services 3.0"},
			Files: []farm.PackageFile{{Architecture: farm.X64, Name: "a-x64.exe"}, {Architecture: farm.X86, Name: "a-x86.exe", SHA256: "ab", SizeMB: 7}},
		}}},
		Farm: farm.Farm{
			Servers: []farm.Server{
				{Name: "APP01", Roles: []farm.Role{farm.RoleCentralAdministration, farm.RoleApplication}, Stage: `D:\farmhand`},
				{Name: "IDX01", Roles: []farm.Role{farm.RoleIndex}},
				{Name: "WFE01", Roles: []farm.Role{farm.RoleFrontEndWeb}},
				{Name: "SQL01", Roles: []farm.Role{farm.RoleDatabase}},
			},
			SQLServers:       []farm.SQLServer{{Name: "SQL01", Backup: farm.Backup{Directory: `F:\Backup`}}, {Name: "SQL02"}},
			Databases:        farm.Databases{Configuration: "Config", On: "SQL01", Expect: []string{"Config", "Content", "SSP_DB", "WSS_Search"}},
			ProjectWebAccess: []farm.ProjectWebAccess{{URL: "http://pwa/pwa", On: "SQL02", Published: "P", Draft: "D", Archive: "A", Reporting: "R"}},
		},
		Servers: []Server{{Name: "IDX01", OS: "2003", Architecture: farm.X86, ServerRole: "SINGLESERVER", AutomaticUpdates: "install", PendingReboot: true}},
	}
}

func seeded(t *testing.T) *world.World {
	w, _, err := world.Open(world.Options{})
	require.NoError(t, err)
	t.Cleanup(func() { require.NoError(t, w.Close()) })
	require.NoError(t, w.Update(func(tx *world.Tx) error {
		Seed(tx, options())
		for _, q := range options().Farm.SQLServers {
			sqlserver.Seed(tx, q.Name, SQLState(options(), q))
		}
		return nil
	}))
	return w
}

func TestSeededServers(t *testing.T) {
	seeded(t).View(func(tx *world.Tx) {
		service := func(server, name string) windows.ServiceState {
			s, ok := windows.GetService(tx, server, name)
			if !ok {
				return "missing"
			}
			return s.State
		}
		require.Equal(t, windows.Running, service("APP01", "SPTimerV3"))
		require.Equal(t, windows.Running, service("APP01", "MSProjectServerQueue12"))
		require.Equal(t, windows.ServiceState("missing"), service("WFE01", "MSProjectServerQueue12"))
		require.Equal(t, windows.Running, service("IDX01", "OSearch"))
		require.Equal(t, windows.Running, service("SQL01", "MSSQLSERVER"))
		require.Equal(t, windows.ServiceState("missing"), service("SQL01", "SPTimerV3"))

		value := func(server, key, name string) string {
			v, _ := windows.RegistryGet(tx, server, key, name)
			return v.Data
		}
		require.Equal(t, "WFE", value("WFE01", wssKey, "SERVERROLE"))
		require.Equal(t, "APPLICATION", value("APP01", wssKey, "ServerRole"))
		require.Equal(t, "SINGLESERVER", value("IDX01", wssKey, "ServerRole"))
		require.Equal(t, "12.0.0.6219", value("APP01", webServerKey, "Version"))
		require.Empty(t, value("SQL01", wssKey, "ServerRole"))
		require.Contains(t, value("APP01", webServerKey+`\Secure\ConfigDB`, "dsn"), "Initial Catalog=Config")

		_, x64 := windows.GetFile(tx, "APP01", `E:\Packages\a-x64.exe`)
		_, wrong := windows.GetFile(tx, "APP01", `E:\Packages\a-x86.exe`)
		x86, _ := windows.GetFile(tx, "IDX01", `E:\Packages\a-x86.exe`)
		require.True(t, x64)
		require.False(t, wrong, "only the right architecture is staged")
		require.Equal(t, windows.File{Path: `E:\Packages\a-x86.exe`, Size: 7 << 20, SHA256: "ab", Version: "12.0.6318.5000", Signature: "Valid", Signer: x86.Signer, Modified: x86.Modified}, x86)
		require.NotEmpty(t, windows.PendingReboot(tx, "IDX01"))
		require.True(t, windows.Administrator(tx, "APP01", `contoso\SP-SETUP`))
	})
}

func TestSeededDatabases(t *testing.T) {
	f := New(seeded(t), options())
	f.world.View(func(tx *world.Tx) {
		var types []string
		for _, d := range f.databases() {
			types = append(types, d.Instance+" "+d.Name+" "+d.Type)
			require.NotNil(t, f.level(tx, d).Finalize)
		}
		require.Equal(t, []string{
			"SQL01 Config SPConfigurationDatabase", "SQL01 Content SPContentDatabase", "SQL01 SSP_DB SharedResourceProviderDatabase",
			"SQL01 WSS_Search SPSearchDatabase", "SQL02 D ProjectDatabase", "SQL02 P ProjectDatabase", "SQL02 A ProjectDatabase", "SQL02 R ProjectDatabase",
		}, types)
		require.Equal(t, "12.0.0.6219", f.level(tx, f.databases()[0]).Version)
		require.Equal(t, "12.0.6219.1000", f.level(tx, f.databases()[4]).Version)
		_, mixed := f.mixed(tx)
		require.False(t, mixed)
		draft, _ := sqlserver.FindDatabase(tx, "SQL02", "D")
		require.Len(t, draft.Tables, 1)
	})
	require.Contains(t, SQLState(options(), options().Farm.SQLServers[0]).Folders, `F:\Backup`)
}
