//! Twenty-five integrations that go into Production, where eighteen connections are drafts.

use std::fs;
use std::path::Path;

use waybill_model::{ArtifactId, ArtifactKind};

use super::{Stand, made, oic3};

/// Integrations of other people's instances, where there are any.
const REAL: &[&str] = &[
    "lucianosilva__oracle-integration-observability/OIO_LOG_EVENT_01.00.0000.iar",
    "oracle-livelabs__oic/JITSIEVENTS_01.00.0000.iar",
    "oracle-quickstart__oci-o11y-solutions/GETESSHEALTHINFO_01.00.0000.iar",
    "oracle-samples__accelerators/PUT_APP_DEVICE_ATTR_INTG_01.00.0000.iar",
    "oracle__cloud-asset-integration-oic-parkinglotpattern-sample/SR_ASYNC_PROCESSOR_01.00.0000.iar",
    "oracle__cloud-asset-integration-oic-parkinglotpattern-sample/SR_REQUESTPER_ATP_01.00.0000.iar",
    "oracle__cloud-asset-taleo-icstoebsintegration-samples/TALEO_EBS_ORC_01.00.0000.iar",
    "oracle__cloudtestdrive/GETCOUNTRYLIST_01.00.0000.iar",
];
/// How many go along.
pub const INTEGRATIONS: usize = 25;
/// How many of the connections that they need are drafts.
pub const DRAFTS: usize = 18;

/// Development, and Production without what is to come.
pub struct Night {
    pub stand: Stand,
}

impl Night {
    /// Real integrations where there are any, made ones for the rest.
    pub async fn begin() -> Self {
        let folder = tempfile::tempdir().unwrap();
        // What is taken in Development goes to Production: the connections of both are the same.
        for of in ["a", "b"] {
            fs::create_dir(folder.path().join(of)).unwrap();
        }
        let real: Vec<_> = REAL.iter().filter_map(|path| made::real(path)).collect();
        for file in &real {
            let name = Path::new(file.file_name().unwrap());
            for of in ["a", "b"] {
                fs::copy(file, folder.path().join(of).join(name)).unwrap();
            }
        }
        let made = INTEGRATIONS - real.len();
        let path = folder.path().to_path_buf();
        let stand = Stand::start(|builder| {
            builder
                .instance(oic3("dev"))
                .instance(oic3("prod"))
                .synthetic(made, 11)
                .chains(3)
                .load(path)
        })
        .await;
        let control = stand.control();
        for instance in ["dev", "prod"] {
            for project in ["RETURNS_PORTAL", "SUPPLIER_ONBOARDING"] {
                let id = ArtifactId::global(ArtifactKind::Project, project, None);
                assert!(control.delete(instance, &id), "{project} in {instance}");
            }
        }
        let integrations = control.touch_integrations("dev", usize::MAX);
        assert_eq!(integrations.len(), INTEGRATIONS);
        for id in control.touch_integrations("prod", usize::MAX) {
            assert!(control.delete("prod", &id), "{id}");
        }
        Self { stand }
    }

    /// Takes connections of Production back to drafts, as an import leaves them.
    pub fn leave_drafts(&self, codes: &[String]) {
        for code in codes {
            let id = ArtifactId::global(ArtifactKind::Connection, code, None);
            assert!(
                self.stand.control().set_status("prod", &id, "INPROGRESS"),
                "{code}"
            );
        }
    }
}
