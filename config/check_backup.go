package config

import (
	"fmt"

	"farmhand/internal/farm"
)

// mostParallelBackups is more than any SQL Server does well at once.
const mostParallelBackups = 32

// checkBackup checks how the databases of a SQL Server are backed up.
func (n *notes) checkBackup(key string, b farm.Backup) {
	mode := n.checkOneOf(key+".mode", string(b.Mode), backupModes...)
	if b.Writes() {
		if n.require(key+".directory", b.Directory, `name a folder SQL Server can write to, like 'E:\Backup' or '\\host\share'`) {
			n.checkWindowsPath(key+".directory", b.Directory, true)
		}
	} else if b.Directory != "" {
		n.wrong(key+".directory", "mode prove writes no backup: leave the directory out")
	}
	if b.Parallel < 0 || b.Parallel > mostParallelBackups {
		n.wrong(key+".parallel", "want a number of backups from 1 to %d, or 0 for no limit", mostParallelBackups)
	}
	switch agreed := key + ".differential.agreed_by"; {
	case b.Mode == farm.BackupDifferential && b.Differential.AgreedBy == "":
		n.wrong(agreed, "missing; a differential backup hangs on the DBA's full one: name the DBA who agreed and keeps it")
	case b.Differential.AgreedBy == "":
	case mode && b.Mode != farm.BackupDifferential:
		n.wrong(agreed, "belongs to mode: differential, and the mode is %s", b.Mode)
	default:
		n.checkPerson(agreed, b.Differential.AgreedBy)
	}
}

// checkMirroring checks the policy for mirrored databases and the server that holds the mirrors.
func (n *notes) checkMirroring(key string, q farm.SQLServer) {
	if q.Mirroring != "" {
		n.checkOneOf(key+".mirroring", string(q.Mirroring), mirrorings...)
	}
	if q.Mirror == (farm.Mirror{}) {
		return
	}
	if q.Mirroring == "" {
		n.wrong(key+".mirror", "a mirror without a policy; add mirroring: %s or mirroring: %s", farm.MirroringPause, farm.MirroringProvePrincipal)
	}
	n.checkName(key+".mirror.name", q.Mirror.Name)
	if n.require(key+".mirror.address", q.Mirror.Address, "name the host where the SQL Server with the mirrors answers") {
		n.checkHost(key+".mirror.address", q.Mirror.Address)
	}
	n.checkPort(key+".mirror.port", q.Mirror.Port)
}

// checkSharedSQLServers finds a SQL Server of several farms with limits of backups that differ: it has one limit, which
// all farms behind it share. A site is a network of its own, so an address means the same only inside it.
func (n *notes) checkSharedSQLServers(r farm.Rollout) {
	type limit struct {
		farm     string
		parallel int
	}
	first := map[string]limit{}
	for i, f := range r.Farms {
		for j, q := range f.SQLServers {
			if q.Address == "" {
				continue
			}
			at := fmt.Sprintf("%s port %d in site %s", q.Address, q.Port, f.Site)
			seen, ok := first[at]
			if !ok {
				first[at] = limit{f.Name, q.Backup.Parallel}
			} else if seen.parallel != q.Backup.Parallel {
				n.wrong(element(element("farms", i)+".sql_servers", j)+".backup.parallel",
					"%d here and %d in farm %s, for the same SQL Server (%s): its farms share one limit", q.Backup.Parallel, seen.parallel, seen.farm, at)
			}
		}
	}
}
