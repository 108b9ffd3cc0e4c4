//! Integration Cloud Service, the first generation: the calls that only it has. Its second API
//! (`/icsapis/v2`) takes the calls of the later generations, under another path.

mod clone;
mod v1;
