// Package sharepoint is the simulated farm: what SharePoint and Project Server 2007 put on top of the
// simulated Windows servers (simulator/windows) and SQL Servers (simulator/sqlserver).
//
// Seed writes a farm as it stands before the Infrastructure Update: servers with Service Pack 1, services,
// registry and files; databases with their VERSIONS rows. A Farm then brings it to life: Attach gives each
// server the programs that only SharePoint has — the update packages, psconfig.exe and stsadm.exe — and the
// answers of the scripts that ask the farm; Run is the upgrade job of the timer service and the users.
//
// The farm breaks where a real one breaks. Whoever goes against the article's order gets the state that
// follows in life (mixed databases, an update conflict, a pending reboot) and an event "damage" in the
// journal that says what broke and why. Nothing here refuses or corrects anybody.
//
// Start reading with Options, then package.go (an update package), wizard.go (psconfig) and upgrade.go (the
// timer job that upgrades the databases); damage.go lists the rules.
//
// # Steps for holds and faults
//
//	package KB951695    the work of a package on a server; kinds exit (Code; the codes that mean success
//	                    install all the same), fail (17029, Text in the log), disk-full (17303)
//	fetch KB951695      the copy of a package from the share or address of the rollout; kinds down (it does not
//	                    answer), truncate, disk-full (the copy ends early), corrupt (other content, same size)
//	wizard              the upgrade inside psconfig; kinds fail (Text in Upgrade.log, exit Code or 1), exit (Code)
//
// and at both what windows acts out itself: reboot, power-loss, slow.
package sharepoint
