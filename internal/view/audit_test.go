package view_test

import (
	"fmt"

	"farmhand/internal/farm"
)

// audit adds what a run keeps for auditors alone.
func audit(s *farm.Status) {
	s.Programs = []farm.Program{{
		Version: "v0.1.0", Revision: "ca52971d0c", Go: "go1.26.0", SHA256: fmt.Sprintf("%064x", 77), Key: "SHA256:nThbg6kXUpJWGl7E1IGOCspRomTxdCARLviKw6E5SY8", At: at(0),
		Scripts: []farm.ScriptHash{{Name: "inspect.ps1", SHA256: fmt.Sprintf("%064x", 78)}, {Name: "run.cmd", SHA256: fmt.Sprintf("%064x", 79)}},
	}}
	for _, v := range s.Services {
		s.ServicesAfter = append(s.ServicesAfter, v.ServiceState)
	}
	s.ServicesAfter = append(s.ServicesAfter, farm.ServiceState{Server: "APP01", Name: "SPTimerV3", Running: true, StartMode: farm.StartAutomatic})
	s.UsersOff.Log = []farm.UsersOffProof{
		{At: at(6), When: "after disconnecting", Servers: s.UsersOff.Servers, All: true, Held: true},
		{At: at(57), When: "after a reboot", Servers: []string{"WFE02"}},
	}
	core := "00000000-0000-0000-0000-000000000000"
	for i := range s.Databases {
		d := &s.Databases[i]
		d.RowsBefore = []farm.VersionRow{{Component: core, Version: "12.0.6219.1000", By: `CONTOSO\sp-setup`, At: night.AddDate(0, -6, 0)}}
		d.RowsAfter = []farm.VersionRow{{Component: core, Version: "12.0.6318.5000", By: `CONTOSO\sp-setup`, At: at(80), Finalized: at(80)}}
	}
	for i := range s.Servers {
		v := &s.Servers[i]
		v.Packages[0].Log = &farm.LogRead{Path: `D:\farmhand\jobs\fh-1\KB951695.log`, To: 48211, Lines: 612, SHA256: fmt.Sprintf("%064x", 80+i)}
		if len(v.Wizards) == 0 {
			continue
		}
		v.Wizards[0].Logs = []farm.LogRead{{
			Path: `C:\Program Files\Common Files\Microsoft Shared\web server extensions\12\LOGS\Upgrade.log`, From: 1000, To: 61000, Lines: 412, SHA256: fmt.Sprintf("%064x", 90+i),
		}}
	}
	last := &s.Servers[len(s.Servers)-1]
	last.Witnesses = append(last.Witnesses, farm.WitnessResult{Witness: farm.WitnessSmokeTests, Agrees: true, Says: "home: 200, as expected", At: at(169)})
}
