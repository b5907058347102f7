package view

import "farmhand/internal/farm"

// Progress counts what is done of what there is.
type Progress struct {
	Packages      int `json:"packages"`
	PackagesDone  int `json:"packages_done"`
	Reboots       int `json:"reboots"`
	Databases     int `json:"databases"`
	BackedUp      int `json:"backed_up"`
	Verified      int `json:"verified"`
	SizeMB        int `json:"size_mb"`
	BackedUpMB    int `json:"backed_up_mb"`
	AtVersion     int `json:"at_version"`
	Project       int `json:"project"`
	ProjectOK     int `json:"project_ok"`
	Servers       int `json:"servers"` // with SharePoint binaries
	Finalized     int `json:"finalized"`
	ServicesDown  int `json:"services_down"` // stopped and not yet back
	ServicesBack  int `json:"services_back"`
	WitnessesAsk  int `json:"witnesses_mandatory"`
	WitnessesGood int `json:"witnesses_agree"`
}

func progressOf(s farm.Status) Progress {
	var p Progress
	for _, srv := range s.Servers {
		p.Reboots += srv.Reboots
		if len(srv.Packages) > 0 {
			p.Servers++
		}
		if srv.Finalized {
			p.Finalized++
		}
		for _, k := range srv.Packages {
			p.Packages++
			if k.State == farm.StepDone {
				p.PackagesDone++
			}
		}
		for _, w := range srv.Witnesses {
			if w.Mandatory {
				p.WitnessesAsk++
				if w.Agrees {
					p.WitnessesGood++
				}
			}
		}
	}
	for _, d := range s.Databases {
		p.Databases++
		p.SizeMB += d.SizeMB
		if d.BackupState == farm.StepDone {
			p.BackedUp++
			p.BackedUpMB += d.SizeMB
		}
		if d.Verified {
			p.Verified++
		}
		if d.OK {
			p.AtVersion++
		}
		if d.Project {
			p.Project++
			if d.OK {
				p.ProjectOK++
			}
		}
	}
	for _, v := range s.Services {
		switch {
		case v.StoppedAt.IsZero():
		case v.RestoredAt.IsZero():
			p.ServicesDown++
		default:
			p.ServicesBack++
		}
	}
	return p
}
