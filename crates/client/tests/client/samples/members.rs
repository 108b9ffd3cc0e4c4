//! The members of the recorded objects that the program uses: what it shows, decides by, or sends back.
//! Written down apart from the types, so that a member dropped from a type is noticed.

pub const INTEGRATION: &[&str] = &[
    "id",
    "code",
    "version",
    "name",
    "description",
    "status",
    "style",
    "styleDescription",
    "pattern",
    "projectType",
    "packageName",
    "keywords",
    "smartTags",
    "percentageComplete",
    "created",
    "createdBy",
    "lastUpdated",
    "lastUpdatedBy",
    "lockedFlag",
    "lockedBy",
    "lockedDate",
    "scheduleApplicableFlag",
    "scheduleDefinedFlag",
    "tracingEnabledFlag",
    "payloadTracingEnabledFlag",
    "recordEnabledFlag",
    "softDeactivated",
    "endPointURI",
    "endPoints.*.name",
    "endPoints.*.role",
    "endPoints.*.connection.id",
    "endPoints.*.connection.agentRequired",
    "dependencies.connections.*.id",
    "dependencies.connections.*.name",
    "dependencies.connections.*.displayName",
    "dependencies.connections.*.type",
    "dependencies.connections.*.role",
    "dependencies.connections.*.status",
    "dependencies.connections.*.lockedFlag",
    "dependencies.lookups.*.name",
    "dependencies.lookups.*.status",
    "dependencies.lookups.*.lockedFlag",
    "dependencies.libraries.*.code",
    "dependencies.libraries.*.version",
    "dependencies.certificates.*.name",
];

pub const CONNECTION: &[&str] = &[
    "id",
    "name",
    "description",
    "status",
    "role",
    "adapterType.displayName",
    "adapterType.name",
    "adapterType.type",
    "agentGroupId",
    "agentRequired",
    "agentSupported",
    "privateEndpoint",
    "connectionProperties.*.propertyName",
    "connectionProperties.*.propertyValue",
    "connectionProperties.*.propertyType",
    "connectionProperties.*.propertyGroup",
    "connectionProperties.*.displayName",
    "connectionProperties.*.requiredFlag",
    "connectionProperties.*.hiddenFlag",
    "connectionProperties.*.hasAttachment",
    "securityProperties.*.propertyName",
    "securityProperties.*.propertyValue",
    "securityProperties.*.propertyType",
    "securityProperties.*.propertyGroup",
    "securityProperties.*.displayName",
    "securityProperties.*.requiredFlag",
    "securityPolicy",
    "testStatus",
    "percentageComplete",
    "keywords",
    "usage",
    "projectId",
    "scope",
    "created",
    "createdBy",
    "lastUpdated",
    "lastUpdatedBy",
    "lockedFlag",
    "lockedBy",
    "lockedDate",
];

pub const PROJECT: &[&str] = &[
    "id",
    "code",
    "name",
    "description",
    "keyword",
    "type",
    "smartTags.*",
    "origin.builtBy",
    "origin.type",
    "cloneRestrict",
    "viewRestricted",
    "state.status",
    "state.lockStatus",
    "state.projectRevisionId",
    "state.locked.by",
    "state.locked.date",
    "state.created.by",
    "state.created.date",
    "state.updated.by",
    "state.updated.date",
    "state.latest.by",
    "state.latest.date",
    "state.assets.labelsRs.items.*.code",
    "state.assets.labelsRs.items.*.name",
    "state.assets.labelsRs.items.*.lastUpdated",
    "state.assets.labelsRs.items.*.integrations.*.code",
    "state.assets.labelsRs.items.*.integrations.*.version",
];

pub const DEPLOYMENT: &[&str] = &[
    "code",
    "name",
    "description",
    "lastUpdated",
    "integrations.*.code",
    "integrations.*.name",
    "integrations.*.status",
    "integrations.*.version",
];

pub const ACCESS_LIST: &[&str] = &[
    "administrators.allowAll",
    "administrators.allowed.*.id",
    "administrators.allowed.*.displayName",
    "administrators.allowed.*.type",
    "editors.allowAll",
    "editors.allowed.*.id",
    "editors.allowed.*.displayName",
    "viewers.allowAll",
    "viewers.allowed.*.id",
    "monitors.allowAll",
    "monitors.allowed.*.id",
];

pub const JOB_STARTED: &[&str] = &["jobId", "status", "location"];

pub const JOB: &[&str] = &[
    "jobId",
    "jobType",
    "jobName",
    "description",
    "archiveName",
    "overallStatus",
    "failureMessage",
    "startTime",
    "endTime",
    "includeSecurityArtifacts",
    "mode",
    "importScheduleParams",
    "startSchedules",
    "components.*.name",
    "components.*.status",
    "components.*.percentage",
    "components.*.resourceCount",
    "components.*.errorMessage",
];

pub const ACTIVATION: &[&str] = &["activationStatus"];

pub const CONNECTION_TEST: &[&str] = &["id", "status", "details"];

pub const WORK_REQUEST: &[&str] = &["id", "status", "data.objectName", "data.message"];

pub const GIT_SETTINGS: &[&str] = &["repoURL", "branchName"];

pub const GIT_PROJECT: &[&str] = &["id", "path", "sha"];

pub const LOOKUP: &[&str] = &[
    "name",
    "description",
    "status",
    "columns.*",
    "rows.*.rowData.*",
    "rowCount",
];

pub const PACKAGE: &[&str] = &["name", "description"];

pub const LIBRARY: &[&str] = &["code", "version", "name", "description"];

pub const CERTIFICATE: &[&str] = &["name", "type"];

pub const SCHEDULE: &[&str] = &[
    "name",
    "description",
    "state",
    "scheduleType",
    "icalExpression",
    "startDate",
    "endDate",
    "scheduleTZ",
];
